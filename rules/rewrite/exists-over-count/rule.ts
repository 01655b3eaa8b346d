import {
  and,
  changed,
  comparisonsOf,
  exists,
  integerOf,
  isBuiltIn,
  isNotNull,
  type Node,
  not,
  rewriteRule,
  type SelectStmt,
  selectOne,
  subqueryOf,
  targetsOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "(SELECT count(*) …) > 0 used as a yes-or-no question",
  effect: "Every matching row is counted although the first one settles the answer",
  remedy: "Ask EXISTS (SELECT 1 …), which stops at the first row",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-EXISTS",
      says: "the subquery will generally only be executed long enough to determine whether at least one row is returned",
    },
  ],

  *rewrite(statement) {
    const seen = new Set<object>();
    for (const level of statement.levels)
      for (const node of comparisonsIn(level.select)) {
        if (seen.has(node)) continue;
        seen.add(node);
        for (const { left, operator, right } of comparisonsOf(node)) {
          const query = subqueryOf(left, "EXPR_SUBLINK");
          const answer = query && askedAbout(operator, integerOf(right));
          const counted = answer && query ? rowsCounted(query) : null;
          if (!answer || !counted) continue;
          const to = answer === "some" ? exists(counted) : not(exists(counted));
          const because = "the first matching row settles the answer, and the planner may turn EXISTS into a join";
          yield { node: statement.replace([node, to]), because, assumes: [], contract: "same-result" };
        }
      }
  },
});

/** What a comparison of a count asks: are there some rows, or none? */
function askedAbout(operator: string, bound: bigint | null): "some" | "none" | null {
  if (bound === 0n && (operator === ">" || operator === "<>")) return "some";
  if (bound === 1n && operator === ">=") return "some";
  if (bound === 0n && (operator === "=" || operator === "<=")) return "none";
  return bound === 1n && operator === "<" ? "none" : null;
}

/** The rows of `SELECT count(…) FROM … WHERE …`, exactly: one row, never null. */
function rowsCounted(query: SelectStmt): SelectStmt | null {
  const { groupClause, havingClause, limitCount, limitOffset, distinctClause, op, valuesLists, withClause, sortClause } = query;
  if (op !== undefined && op !== "SETOP_NONE") return null;
  if (groupClause || havingClause || limitCount || limitOffset || distinctClause || valuesLists || withClause || sortClause) return null;
  const [only, ...rest] = targetsOf(query);
  if (!only || rest.length > 0 || !("FuncCall" in only.val) || !isBuiltIn(only.val.FuncCall, "count") || !query.fromClause) return null;
  const { agg_star, agg_filter, over, args = [] } = only.val.FuncCall;
  if (over || agg_filter) return null;
  // count(x) and count(DISTINCT x) leave nulls out; whether there is one that is not null, DISTINCT does not change.
  const [counted] = args;
  const filter =
    agg_star || !counted ? query.whereClause : query.whereClause ? and(query.whereClause, isNotNull(counted)) : isNotNull(counted);
  return changed(query, { targetList: selectOne, whereClause: filter });
}

/** Every comparison of this query and the ones inside, from the outside in. */
function* comparisonsIn(value: unknown): Generator<Node> {
  if (typeof value !== "object" || value === null) return;
  if ("A_Expr" in value) yield value as Node;
  for (const below of Object.values(value)) yield* comparisonsIn(below);
}
