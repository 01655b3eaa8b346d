import {
  changed,
  identifiesRow,
  isPlain,
  levelOf,
  namesOfColumns,
  or,
  outputColumns,
  rewriteRule,
  type SelectStmt,
  sameTree,
  selectsIn,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "UNION of queries that differ only in their condition on one table",
  effect: "The table is read once for each of them, and the rows are sorted or hashed to find copies",
  remedy: "Read the table once with the conditions joined by OR",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-select.html#SQL-UNION",
      says: "the result of UNION does not contain any duplicate rows unless the ALL option is specified",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-bitmap-scans.html",
      says: "the system can form AND and OR conditions across several index scans",
    },
  ],

  *rewrite(statement, { catalog }) {
    const seen = new Set<SelectStmt>();
    for (const union of selectsIn(statement)) {
      const arms = seen.has(union) ? [] : armsOf(union, seen);
      const [first, ...others] = arms;
      const level = first && levelOf(statement, first);
      const [table] = level?.tables ?? [];
      if (!first || others.length === 0 || !level || !table || table.renamed || level.aliases.length !== 1) continue;
      const alike = arms.every(
        (arm) =>
          arm.whereClause && isPlain(arm) && sameTree(arm.targetList, first.targetList) && sameTree(arm.fromClause, first.fromClause),
      );
      if (!alike) continue;
      const isKey = identifiesRow(table, namesOfColumns(outputColumns(level), table), catalog);
      const { sortClause, limitCount, limitOffset, limitOption, withClause } = union;
      const select = changed(first, {
        ...(isKey ? {} : { distinctClause: [{}] }),
        whereClause: or(...arms.map((arm) => arm.whereClause!)),
        sortClause,
        limitCount,
        limitOffset,
        limitOption,
        withClause,
      });
      yield {
        node: statement.replace([union, select]),
        because: isKey ? "the table is read once, and no copies can arise" : "the table is read once",
        assumes: [],
        contract: "same-result",
      };
    }
  },
});

/** Arms of a tree of UNIONs without ALL; empty for anything else. Marks the inner ones as seen. */
function armsOf(select: SelectStmt, seen: Set<SelectStmt>): readonly SelectStmt[] {
  const { op, all, larg, rarg } = select;
  if (op !== "SETOP_UNION" || all || !larg || !rarg) return [];
  return [larg, rarg].flatMap((arm) => {
    if ((arm.op ?? "SETOP_NONE") === "SETOP_NONE") return [arm];
    if (arm.sortClause || arm.limitCount || arm.limitOffset || arm.withClause) return [arm];
    seen.add(arm);
    const below = armsOf(arm, seen);
    return below.length > 0 ? below : [arm];
  });
}
