import { and, isNull, literalOf, operation, operationOf, or, replaceFilters, rewriteRule } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "IS NOT DISTINCT FROM with a constant or a parameter",
  effect: "No index supports the operator, so every row is compared",
  remedy: "Compare with = where the value is not null, with IS NULL where it is",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-comparison.html",
      says: "IS NOT DISTINCT FROM treats two nulls as equal; it is a construct and has no operator that an index could support",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    const found = operationOf(node, "AEXPR_NOT_DISTINCT");
    if (!found) return null;
    const [column, value] = level.column(found.left) ? [found.left, found.right] : [found.right, found.left];
    const use = level.column(column);
    if (!use || !level.isFixed(value)) return null;
    const because = "= and IS NULL are what an index on the column serves";
    const literal = literalOf(value);
    const equal = operation(column, "=", value);
    if (literal) return { to: literal.kind === "null" ? isNull(column) : equal, because };
    return { to: use.notNull ? equal : or(equal, and(isNull(column), isNull(value))), because };
  }),
});
