import {
  and,
  comparisonsOf,
  integerConst,
  integerOf,
  type Node,
  operation,
  operationOf,
  replaceFilters,
  rewriteRule,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "An integer column divided by a constant and compared for equality, as when rows are put in buckets",
  effect: "No index on the column can serve the condition, and the planner guesses that it keeps 0.5 % of the rows",
  remedy: "Ask for the range of values that the division maps to the bucket",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-math.html",
      says: "division of integral types truncates the result towards zero",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    for (const { left, operator, right } of comparisonsOf(node)) {
      const division = operationOf(left);
      const wanted = integerOf(right);
      const by = integerOf(division?.right);
      if (division?.operator !== "/" || wanted === null || by === null || by <= 0n || by > 1_000_000_000n) continue;
      if (!["int2", "int4", "int8"].includes(level.column(division.left)?.column.baseType ?? "")) continue;
      // Truncation is towards zero, so the bucket of 0 is twice as wide and those below it end upwards.
      const first = wanted > 0n ? wanted * by : wanted === 0n ? 1n - by : (wanted - 1n) * by + 1n;
      const last = wanted < 0n ? wanted * by : (wanted + 1n) * by - 1n;
      if (first < -(2n ** 62n) || last > 2n ** 62n) continue;
      const to = bucketCondition(division.left, operator, { first, last });
      if (!to) continue;
      return {
        to,
        because: "the bucket is a range of the bare column, which an index on it or its histogram can find",
      };
    }
    return null;
  }),
});

/** A quotient never falls as the column rises, so its order is that of the buckets' ends. */
function bucketCondition(column: Node, operator: string, { first, last }: { readonly first: bigint; readonly last: bigint }): Node | null {
  switch (operator) {
    case "=":
      return and(operation(column, ">=", integerConst(first)), operation(column, "<=", integerConst(last)));
    case ">=":
    case "<":
      return operation(column, operator, integerConst(first));
    case ">":
    case "<=":
      return operation(column, operator, integerConst(last));
    default:
      return null;
  }
}
