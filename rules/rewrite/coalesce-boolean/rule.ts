import { booleanTest, comparisonsOf, literalOf, type Node, type QueryLevel, replaceFilters, rewriteRule } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "COALESCE(flag, true or false) used as a condition",
  effect: "Neither an index on the flag nor a partial index over it can serve the condition",
  remedy: "Say it with IS TRUE, IS NOT TRUE, IS FALSE or IS NOT FALSE",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-comparison.html",
      says: "IS TRUE, IS NOT TRUE, IS FALSE and IS NOT FALSE treat null as an unknown value and always give true or false",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    const to = flagTest(node, true, level);
    return to && { to, because: "a test of the bare flag matches indexes and partial indexes on it and is estimated from its statistics" };
  }),
});

/** The condition "node is `wanted`" as a test of the flag. */
function flagTest(node: Node, wanted: boolean, level: QueryLevel): Node | null {
  if ("BoolExpr" in node && node.BoolExpr.boolop === "NOT_EXPR") {
    const [arg] = node.BoolExpr.args ?? [];
    return arg ? flagTest(arg, !wanted, level) : null;
  }
  for (const { left, operator, right } of comparisonsOf(node)) {
    const value = literalOf(right);
    if (value?.kind !== "boolean" || (operator !== "=" && operator !== "<>")) continue;
    return flagTest(left, (operator === "=") === (value.text === "true") ? wanted : !wanted, level);
  }
  if (!("CoalesceExpr" in node)) return null;
  const [flag, fallback, ...rest] = node.CoalesceExpr.args ?? [];
  const other = literalOf(fallback);
  if (!flag || rest.length > 0 || other?.kind !== "boolean" || level.column(flag)?.column.baseType !== "bool") return null;
  const nullCounts = (other.text === "true") === wanted;
  if (wanted) return booleanTest(flag, nullCounts ? "IS_NOT_FALSE" : "IS_TRUE");
  return booleanTest(flag, nullCounts ? "IS_NOT_TRUE" : "IS_FALSE");
}
