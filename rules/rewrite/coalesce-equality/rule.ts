import {
  comparisonsOf,
  isNull,
  isPlainText,
  literalOf,
  type Node,
  operation,
  or,
  replaceFilters,
  rewriteRule,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "COALESCE(column, constant) compared with a constant",
  effect: "No index on the column can serve the condition, and its statistics do not help the estimate",
  remedy: "Compare the column, and add IS NULL where the default is asked for",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-conditional.html#FUNCTIONS-COALESCE-NVL-IFNULL",
      says: "COALESCE returns the first of its arguments that is not null",
    },
  ],
  gates: [
    {
      from: 19,
      changes: "The planner drops COALESCE around a column that is NOT NULL",
      source: {
        url: "https://www.postgresql.org/docs/19/release-19.html",
        says: "COALESCE on columns known to be not null is simplified by the planner",
      },
    },
  ],

  rewrite: replaceFilters(({ node, level }, { postgres, catalog }) => {
    for (const { left, operator, right } of comparisonsOf(node)) {
      if (operator !== "=" || !("CoalesceExpr" in left)) continue;
      const [column, fallback, ...rest] = left.CoalesceExpr.args ?? [];
      const use = level.column(column);
      if (!column || !fallback || rest.length > 0 || !use) continue;
      if (use.notNull && postgres >= 19) continue;
      const same = isPlainText(use, catalog) || use.column.category === "N" ? agree(fallback, right, use.column.baseType) : null;
      if (same === null) continue;
      const equal = operation(column, "=", right);
      return {
        to: same && !use.notNull ? or(equal, isNull(column)) : equal,
        because: "the bare column, and IS NULL, can be looked up in an index and estimated from its statistics",
      };
    }
    return null;
  }),
});

/** Do two literals name one value of the type? Null when that cannot be told from their text. */
function agree(a: Node, b: Node, type: string): boolean | null {
  const [first, second] = [literalOf(a), literalOf(b)];
  if (!first || !second || first.kind === "null" || second.kind === "null") return null;
  if (["int2", "int4", "int8"].includes(type)) {
    if (first.kind !== "integer" || second.kind !== "integer") return null;
    return BigInt(first.text) === BigInt(second.text);
  }
  if (type !== "text" && type !== "varchar") return null;
  if (first.kind !== "text" || second.kind !== "text") return null;
  return first.text === second.text;
}
