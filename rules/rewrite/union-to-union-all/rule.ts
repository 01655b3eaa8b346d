import {
  identifiesRow,
  isPlain,
  levelOf,
  literalOf,
  namesOfColumns,
  outputColumns,
  type RewriteStatement,
  rewriteRule,
  type SelectStmt,
  targetsOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "UNION of queries whose rows are tagged with different constants",
  effect: "All rows are sorted or hashed to look for copies that the tags rule out",
  remedy: "Write UNION ALL",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-select.html#SQL-UNION",
      says: "the result of UNION does not contain any duplicate rows unless the ALL option is specified",
    },
  ],

  *rewrite(statement, { catalog }) {
    for (const union of unionsIn(statement.node)) {
      const arms = armsOf(union);
      if (arms.length < 2 || !disjoint(arms) || !arms.every((arm) => isUnique(arm, statement, catalog))) continue;
      yield {
        node: statement.replace([union, allOf(union)]),
        because: "rows of different arms differ in their tag and rows of one arm in their key, so there are no copies to look for",
        assumes: ["no arm repeats a row: checked, each shows a unique key without nulls of its one table"],
        contract: "same-result",
      };
    }
  },
});

/** Outermost UNIONs without ALL, alone with other such UNIONs. */
function unionsIn(value: unknown): SelectStmt[] {
  if (typeof value !== "object" || value === null) return [];
  const select = ("SelectStmt" in value ? value.SelectStmt : value) as SelectStmt;
  if (select.op === "SETOP_UNION" && select.larg && select.rarg) {
    return armsOf(select).length > 0 ? [select] : [...unionsIn(select.larg), ...unionsIn(select.rarg)];
  }
  return Object.values(value).flatMap(unionsIn);
}

/** Arms of a tree of plain UNIONs; empty when another operation is among them. */
function armsOf(select: SelectStmt): SelectStmt[] {
  if (select.op === undefined || select.op === "SETOP_NONE") return [select];
  if (select.op !== "SETOP_UNION" || select.all || select.withClause || !select.larg || !select.rarg) return [];
  const [left, right] = [armsOf(select.larg), armsOf(select.rarg)];
  return left.length > 0 && right.length > 0 ? [...left, ...right] : [];
}

function allOf(select: SelectStmt): SelectStmt {
  if (select.op !== "SETOP_UNION" || !select.larg || !select.rarg) return select;
  return { ...select, all: true, larg: allOf(select.larg), rarg: allOf(select.rarg) };
}

/** Some output is a constant of one kind in every arm, and another one in each. */
function disjoint(arms: readonly SelectStmt[]): boolean {
  const width = targetsOf(arms[0]!).length;
  for (let at = 0; at < width; at++) {
    const tags = arms.map((arm) => literalOf(targetsOf(arm)[at]?.val));
    const [first] = tags;
    if (!first || tags.some((tag) => !tag || tag.kind !== first.kind || tag.type !== first.type || !["text", "integer"].includes(tag.kind)))
      continue;
    // Texts that differ in case or blanks only may still be equal under a column's type further up.
    if (new Set(tags.map((tag) => tag!.text.trim().toLowerCase())).size === arms.length) return true;
  }
  return false;
}

function isUnique(arm: SelectStmt, statement: RewriteStatement, catalog: Parameters<typeof identifiesRow>[2]): boolean {
  const level = levelOf(statement, arm);
  const [table, ...more] = level?.tables ?? [];
  if (!level || !table || more.length > 0 || level.aliases.length !== 1 || !isPlain(arm)) return false;
  return identifiesRow(table, namesOfColumns(outputColumns(level), table), catalog);
}
