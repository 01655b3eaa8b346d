import {
  changed,
  isPlain,
  levelOf,
  type Node,
  type RewriteStatement,
  rewriteRule,
  type SelectStmt,
  selectOf,
  subqueryOf,
  target,
  targetsOf,
  treeText,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "Several scalar subqueries that each aggregate the same table under another condition",
  effect: "The table is read once for each of them",
  remedy: "Read it once, with FILTER (WHERE …) on each aggregate",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-expressions.html#SYNTAX-AGGREGATES",
      says: "if FILTER is specified, only the input rows for which the filter clause evaluates to true are fed to the aggregate function",
    },
  ],

  *rewrite(statement) {
    for (const level of statement.levels) {
      const { select } = level;
      const targets = targetsOf(select);
      if (select.fromClause || select.whereClause || select.distinctClause || select.groupClause || targets.length < 2 || select.withClause)
        continue;
      if (select.sortClause || select.limitCount || select.limitOffset || select.havingClause) continue;
      const parts = targets.map(({ val, name }) => aggregateOf(val, name, statement));
      const [first] = parts;
      if (!first || parts.some((part) => part === null || treeText(part.from) !== treeText(first.from))) continue;
      const made = selectOf({
        targetList: parts.map((part) => target(part!.aggregate, part!.name ?? undefined)),
        fromClause: [...first.from],
      });
      yield {
        node: statement.replace([select, changed(made, {})]),
        because: `one pass over the table gives all ${parts.length} figures`,
        assumes: [],
        contract: "same-result",
      };
    }
  },
});

interface Part {
  readonly aggregate: Node;
  readonly from: readonly Node[];
  readonly name: string | null;
}

/** `(SELECT aggregate(…) FROM table WHERE condition)` over one table, uncorrelated, as the aggregate with a FILTER. */
function aggregateOf(node: Node, name: string | null, statement: RewriteStatement): Part | null {
  const query = subqueryOf(node, "EXPR_SUBLINK");
  const level = query && levelOf(statement, query);
  const [only, ...more] = query ? targetsOf(query) : [];
  if (!query || !level || !only || more.length > 0 || !("FuncCall" in only.val) || level.tables.length !== 1) return null;
  const { targetList: _, ...rest } = query;
  const call = only.val.FuncCall;
  if (!isPlain({ ...rest, targetList: [] } as SelectStmt) || isPlain(query) || call.agg_filter || call.over || call.agg_within_group)
    return null;
  if (query.whereClause && hasSubquery(query.whereClause)) return null;
  const aggregate: Node = query.whereClause ? { FuncCall: { ...call, agg_filter: query.whereClause } } : only.val;
  const last = call.funcname?.at(-1);
  const implied = last && "String" in last ? (last.String.sval ?? null) : null;
  return { aggregate, from: query.fromClause ?? [], name: name ?? only.name ?? implied };
}

function hasSubquery(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "SubLink" in value || Object.values(value).some(hasSubquery);
}
