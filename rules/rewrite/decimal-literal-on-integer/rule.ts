import { comparisonsOf, integerConst, literalOf, operation, replaceFilters, rewriteRule } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "An integer column compared with a decimal number",
  effect: "The column is converted to numeric for every row, and no index on it can serve the condition",
  remedy: "Compare with the whole number that draws the same line",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/typeconv-oper.html",
      says: "an operator of integer and numeric does not exist, so the integer side is converted to numeric",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    for (const { left, operator, right } of comparisonsOf(node)) {
      const type = level.column(left)?.column.baseType ?? "";
      const literal = literalOf(right);
      const [, sign, whole, fraction] = /^(-?)(\d{1,17})\.(\d*)$/.exec(literal?.kind === "decimal" ? literal.text : "") ?? [];
      if (!["int2", "int4", "int8"].includes(type) || whole === undefined || fraction === undefined) continue;
      if (literal?.type !== null && literal?.type !== "numeric") continue;
      const towardsZero = BigInt(`${sign}${whole}`);
      const isWhole = /^0*$/.test(fraction);
      const floor = isWhole || sign === "" ? towardsZero : towardsZero - 1n;
      const value = integerConst(floor);
      const because = "compared as integers, the condition can use an index on the column";
      if (isWhole) return { to: operation(left, operator, value), because };
      // No whole number equals a fraction; an order is settled by the whole number below it.
      if (operator === "<" || operator === "<=") return { to: operation(left, "<=", value), because };
      if (operator === ">" || operator === ">=") return { to: operation(left, ">", value), because };
    }
    return null;
  }),
});
