import {
  cast,
  changed,
  integerConst,
  integerOf,
  isParameter,
  isPlain,
  levelOf,
  type Node,
  operation,
  outputColumns,
  type QueryLevel,
  type RewriteStatement,
  rewriteRule,
  type SelectStmt,
  selectsIn,
  starOf,
  targetsOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "ORDER BY … LIMIT over UNION ALL whose arms have no limit of their own",
  effect: "All rows of all arms are read and sorted together for the first few",
  remedy: "Take the first few of each arm, and sort those",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-select.html#SQL-UNION",
      says: "to attach ORDER BY and LIMIT to an arm of UNION, enclose the arm in parentheses",
    },
  ],

  *rewrite(statement) {
    for (const union of selectsIn(statement)) {
      const { sortClause, limitCount, limitOffset, limitOption } = union;
      const count = limitCount && countOf(limitCount, limitOffset);
      if (!sortClause || !count || limitOption !== "LIMIT_OPTION_COUNT") continue;
      const arms = armsOf(union);
      if (arms.length < 2 || !arms.every((arm) => isPlain(arm) && arm.fromClause)) continue;
      const names = arms.map((arm) => namesOf(arm, statement));
      const orders = arms.map((_, at) => orderOf(sortClause, names[0] ?? null, names[at] ?? null));
      if (orders.some((order) => order === null)) continue;
      const made = new Map(
        arms.map((arm, at) => [arm, changed(arm, { sortClause: orders[at], limitCount: count, limitOption: "LIMIT_OPTION_COUNT" })]),
      );
      yield {
        node: statement.replace([union, withArms(union, made)]),
        because: "each arm can stop at the limit, in the order of an index or with a sort that keeps no more rows",
        assumes: ["which of several rows with equal sort values comes within the limit is left open, as it is today"],
        contract: "same-result",
      };
    }
  },
});

/** Rows that any arm may have to give: LIMIT plus OFFSET. */
function countOf(count: Node, offset: Node | undefined): Node | null {
  const [rows, skipped] = [integerOf(count), offset ? integerOf(offset) : 0n];
  if (rows !== null && skipped !== null) return integerConst(rows + skipped);
  if (!isParameter(count) && rows === null) return null;
  if (!offset) return count;
  if (!isParameter(offset) && skipped === null) return null;
  // Two parameters of unknown type cannot be added.
  return operation(cast(count, "int8"), "+", cast(offset, "int8"));
}

/** Arms of a tree of UNION ALL; empty for anything else. */
function armsOf(select: SelectStmt): readonly SelectStmt[] {
  if (select.op !== "SETOP_UNION" || !select.all || !select.larg || !select.rarg) return [];
  const arms = [select.larg, select.rarg].map((arm) => ((arm.op ?? "SETOP_NONE") === "SETOP_NONE" ? [arm] : armsOf(arm)));
  return arms.some((each) => each.length === 0) ? [] : arms.flat();
}

function withArms(select: SelectStmt, made: ReadonlyMap<SelectStmt, SelectStmt>): SelectStmt {
  const arm = (each: SelectStmt | undefined) => each && (made.get(each) ?? withArms(each, made));
  return changed(select, { larg: arm(select.larg), rarg: arm(select.rarg) });
}

/** Names of the outputs in order; null where they cannot be told. */
function namesOf(arm: SelectStmt, statement: RewriteStatement): readonly (string | null)[] | null {
  const level: QueryLevel | null = levelOf(statement, arm);
  if (!level) return null;
  const targets = targetsOf(arm);
  if (!targets.some(({ val }) => starOf(val))) return targets.map(({ val, name }) => name ?? level.column(val)?.column.name ?? null);
  const isWhole = targets.length === 1 && level.tables.length === 1 && level.aliases.length === 1 && !level.tables[0]!.renamed;
  return isWhole ? outputColumns(level).map(({ column }) => column.name) : null;
}

/** The order of the whole by the arm's own outputs, told by place: in an arm the same column may go by another name. */
function orderOf(
  sort: readonly Node[],
  first: readonly (string | null)[] | null,
  own: readonly (string | null)[] | null,
): readonly Node[] | null {
  if (!first || !own || first.length !== own.length) return null;
  const keys = sort.map((item) => {
    if (!("SortBy" in item) || !item.SortBy.node) return null;
    const place = integerOf(item.SortBy.node);
    const at = place === null ? first.indexOf(nameOf(item.SortBy.node)) : Number(place) - 1;
    return at >= 0 && at < own.length ? ({ SortBy: { ...item.SortBy, node: integerConst(at + 1) } } as Node) : null;
  });
  return keys.some((key) => key === null) ? null : keys.flatMap((key) => (key ? [key] : []));
}

function nameOf(node: Node): string {
  const fields = "ColumnRef" in node ? (node.ColumnRef.fields ?? []) : [];
  const [only] = fields;
  return fields.length === 1 && only && "String" in only ? (only.String.sval ?? "") : "";
}
