import { call, index, isPlainText, like, operationOf, replaceFilters, rewriteRule, textConst, textOf } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "LIKE with a wildcard only at the beginning of the pattern",
  effect: "A B-tree index cannot be entered by the end of a text, so every value is compared",
  remedy: "Reverse both sides, and index the reversed column with text_pattern_ops",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-types.html#INDEXES-TYPES-BTREE",
      says: "a B-tree serves LIKE only if the pattern is a constant anchored to the beginning of the string",
    },
  ],

  rewrite: replaceFilters(({ node, level }, { catalog }) => {
    const found = operationOf(node, "AEXPR_LIKE");
    const suffix = /^%([^%_\\]{2,})$/.exec(textOf(found?.right) ?? "")?.[1];
    const use = level.column(found?.left);
    if (found?.operator !== "~~" || suffix === undefined || !use || !isPlainText(use, catalog)) return null;
    const reversed = call("reverse", found.left);
    return {
      to: like(reversed, textConst(`${[...suffix].reverse().join("")}%`)),
      because: "the reversed text begins with what the text ends with, so an index on reverse() can be entered there",
      suggests: [
        index(use.table.relation, "btree", [
          {
            column: null,
            sql: `reverse(${use.column.name === use.column.name.toLowerCase() ? use.column.name : `"${use.column.name}"`}${use.column.baseType === "varchar" ? "::text" : ""})`,
            operatorClass: "text_pattern_ops",
            collation: null,
            descending: false,
            nullsFirst: false,
          },
        ]),
      ],
    };
  }),
});
