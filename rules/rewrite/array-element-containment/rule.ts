import { arrayOf, cast, index, key, operation, replaceFilters, rewriteRule } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A value looked for in an array column: value = ANY(column)",
  effect: "A GIN index on the array cannot serve the condition, so every array is read",
  remedy: "Ask whether the array contains the value: column @> ARRAY[value]",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/gin.html#GIN-BUILTIN-OPCLASSES",
      says: "array_ops supports &&, @>, <@ and = on arrays; = ANY over the column is not among them",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    if (!("A_Expr" in node) || node.A_Expr.kind !== "AEXPR_OP_ANY") return null;
    const { name, lexpr: value, rexpr: array } = node.A_Expr;
    const [operator, ...qualified] = name ?? [];
    if (!operator || qualified.length > 0 || !("String" in operator) || operator.String.sval !== "=") return null;
    const use = level.column(array);
    const type = use?.column.baseType ?? "";
    if (!value || !array || !use || use.column.elementType === null || !indexable.has(use.column.elementType)) return null;
    // A value of another type would be compared by another operator.
    const given = level.isFixed(value) ? level.type(value) : "not fixed";
    if (!("ParamRef" in value) && given !== "unknown" && given !== use.column.elementType) return null;
    const to = operation(array, "@>", cast(arrayOf(value), type.startsWith("_") ? type : `_${type}`));
    return {
      to,
      because: "a GIN index on the array column finds the rows that hold the value",
      suggests: [index(use.table.relation, "gin", [key(use.column.name)])],
    };
  }),
});

/** Element types whose default B-tree equality is the `=` that = ANY uses. */
const indexable = new Set("int2 int4 int8 text varchar uuid date timestamptz timestamp numeric".split(" "));
