import { cast, comparisonsOf, isParameter, operation, replaceFilters, rewriteRule } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "An integer column compared with a parameter of type numeric or double precision",
  effect: "The column is converted for every row, and its index cannot be used",
  remedy: "Send the parameter as a whole number",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/typeconv-oper.html",
      says: "where no operator takes the two types, the operands are converted to a type that one does take, here the column to numeric",
    },
    {
      url: "https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY",
      says: "the frontend may state a parameter's data type, or leave it to be inferred",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    for (const { left, operator, right } of comparisonsOf(node)) {
      // The cast may stand on either side: drivers write one, a person the other.
      const column = "TypeCast" in left && left.TypeCast.arg ? left.TypeCast.arg : left;
      const use = level.column(column);
      const parameter = "TypeCast" in right && right.TypeCast.arg ? right.TypeCast.arg : right;
      if (!use || !isInteger.has(use.column.baseType) || !isParameter(parameter) || !("ParamRef" in parameter)) continue;
      if (!wide.has(typeNameOf(column === left ? right : left))) continue;
      return {
        to: operation(column, operator, cast(parameter, use.column.baseType)),
        because: "an integer parameter is compared by the operator that the column's index serves",
        assumes: [
          "the application sends whole numbers within the column's range: a fraction or a larger number would be an error or another answer",
        ],
        contract: "different-contract",
      };
    }
    return null;
  }),
});

const isInteger = new Set(["int2", "int4", "int8"]);
const wide = new Set(["numeric", "float8", "float4"]);

function typeNameOf(node: Parameters<typeof isParameter>[0]): string {
  const last = node && "TypeCast" in node ? node.TypeCast.typeName?.names?.at(-1) : undefined;
  return last && "String" in last ? (last.String.sval ?? "") : "";
}
