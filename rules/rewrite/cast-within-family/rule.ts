import { cast, comparisonsOf, isParameter, literalOf, type Node, operation, replaceFilters, rewriteRule } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A column cast to a wider type that its own index could be compared with",
  effect: "The cast hides the column from its index and its statistics",
  remedy: "Cast the value instead: operators compare the two types directly",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/xindex.html#XINDEX-OPFAMILY",
      says: "an operator family may hold cross-data-type operators, so that a search with a value of another type can use the index",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-expressional.html",
      says: "an index on a column is not considered for a condition on an expression over it",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    for (const { left, operator, right } of comparisonsOf(node)) {
      const typeName = "TypeCast" in left ? left.TypeCast.typeName : undefined;
      const column = "TypeCast" in left ? left.TypeCast.arg : undefined;
      const use = level.column(column);
      const last = typeName?.names?.at(-1);
      const to = last && "String" in last ? (last.String.sval ?? "") : "";
      if (!column || !use || typeName?.typmods || typeName?.arrayBounds || operator === "<>") continue;
      const because = "the bare column can be looked up in its index and estimated from its statistics";
      const assumes = near.has(to) ? ["no date or time is so far off that the wider type cannot hold it"] : [];
      if (wider[use.column.baseType]?.includes(to)) {
        const value = valueAs(right, level.type(right), to);
        if (value) return { to: operation(column, operator, value), because, assumes };
      }
      const literal = literalOf(right);
      const whole = literal?.kind === "integer" && (literal.type === null || literal.type === to) && /^-?\d{1,9}$/.test(literal.text);
      if (isWhole.has(use.column.baseType) && inexact.has(to) && whole)
        return { to: operation(column, operator, "TypeCast" in right && right.TypeCast.arg ? right.TypeCast.arg : right), because };
    }
    return null;
  }),
});

/** Casts that lose nothing and whose types share a B-tree operator family with cross-type operators: integer_ops, float_ops, datetime_ops. */
const wider: Readonly<Record<string, readonly string[]>> = {
  int2: ["int4", "int8"],
  int4: ["int8"],
  float4: ["float8"],
  date: ["timestamp", "timestamptz"],
  timestamp: ["timestamptz"],
};
const near = new Set(["timestamp", "timestamptz"]);
const isWhole = new Set(["int2", "int4", "int8"]);
const inexact = new Set(["numeric", "float8"]);

/** The value as one of the cast's type; null where the comparison is of yet another type. */
function valueAs(right: Node, type: string | null, to: string): Node | null {
  if (isParameter(right) && "ParamRef" in right) return cast(right, to);
  if (type === to) return right;
  return type === "unknown"
    ? cast(right, to)
    : literalOf(right)?.kind === "integer" && /^int[48]$/.test(to) && type === "int4"
      ? right
      : null;
}
