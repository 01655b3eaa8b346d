import { comparisonsOf, isPlainText, operation, operationOf, replaceFilters, rewriteRule, textOf } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A text column with an empty string appended before it is compared",
  effect: "No index on the column can serve the condition, and its statistics do not help the estimate",
  remedy: "Compare the column itself",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-string.html",
      says: "text || text concatenates the two strings; the result is null if either is",
    },
  ],

  rewrite: replaceFilters(({ node, level }, { catalog }) => {
    for (const { left, operator, right } of comparisonsOf(node)) {
      const joined = operationOf(left);
      if (joined?.operator !== "||") continue;
      const column = textOf(joined.right) === "" ? joined.left : textOf(joined.left) === "" ? joined.right : null;
      const use = column && level.column(column);
      // Beside a bpchar the operator would be another one.
      if (!column || !use || !isPlainText(use, catalog) || !level.isFixed(right) || level.type(right) === "bpchar") continue;
      return {
        to: operation(column, operator, right),
        because: "the bare column can be looked up in an index and estimated from its statistics",
        assumes: ["the empty string was not put there to keep an index away: then drop the index or mend its estimate"],
      };
    }
    return null;
  }),
});
