import {
  and,
  changed,
  columnRef,
  exists,
  isPlain,
  levelOf,
  type Node,
  not,
  operation,
  type QueryLevel,
  rewriteRule,
  type SelectStmt,
  selectOne,
  targetsOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "NOT IN (SELECT …) over columns that cannot be null",
  effect: "Before PostgreSQL 19 it is no anti-join: past work_mem the subquery is run or searched for every row",
  remedy: "Write NOT EXISTS, which is planned as an anti-join",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-NOTIN",
      says: "if there are no equal right-hand values and at least one right-hand row yields null, the result is null",
    },
  ],
  gates: [
    {
      from: 19,
      changes: "NOT IN over columns without nulls becomes an anti-join in the planner",
      source: {
        url: "https://www.postgresql.org/docs/19/release-19.html",
        says: "Allow NOT IN clauses to be converted to more efficient anti-joins when nulls cannot occur",
      },
    },
  ],

  *rewrite(statement, { postgres }) {
    if (postgres >= 19) return;
    for (const level of statement.levels)
      for (const condition of level.where) {
        const to = antiJoin(condition, level, (select) => levelOf(statement, select));
        if (!to) continue;
        const because = "an anti-join stops at the first match and can use an index or a hash table of any size";
        const assumes = ["neither side of NOT IN can be null: checked, both columns are NOT NULL"];
        yield { node: statement.replace([condition, to]), because, assumes, contract: "same-result" };
      }
  },
});

function antiJoin(node: Node, level: QueryLevel, levelFor: (select: SelectStmt) => QueryLevel | null): Node | null {
  const [inner] = "BoolExpr" in node && node.BoolExpr.boolop === "NOT_EXPR" ? (node.BoolExpr.args ?? []) : [];
  if (!inner || !("SubLink" in inner) || inner.SubLink.subLinkType !== "ANY_SUBLINK" || inner.SubLink.operName) return null;
  const { testexpr, subselect } = inner.SubLink;
  const query = subselect && "SelectStmt" in subselect ? subselect.SelectStmt : null;
  // DISTINCT and ORDER BY do not change which values there are.
  if (!testexpr || !query || !isPlain(query, ["distinctClause", "sortClause"]) || !query.fromClause) return null;
  const own = levelFor(query);
  const [target, ...more] = targetsOf(query);
  const outer = level.column(testexpr);
  const value = target && own?.column(target.val);
  if (!own || !target || more.length > 0 || !outer || !value) return null;
  if (value.table.level !== own || outer.table.level !== level) return null;
  if (!outer.notNull || !value.notNull || outer.table.renamed || own.aliases.includes(outer.table.alias)) return null;
  const equal = operation(columnRef(value.table.alias, value.column.name), "=", columnRef(outer.table.alias, outer.column.name));
  const where = query.whereClause ? and(query.whereClause, equal) : equal;
  return not(exists(changed(query, { targetList: selectOne, whereClause: where, distinctClause: undefined, sortClause: undefined })));
}
