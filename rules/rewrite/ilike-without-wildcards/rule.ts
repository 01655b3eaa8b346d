import {
  call,
  index,
  isPlainText,
  operation,
  operationOf,
  readableIdent,
  replaceFilters,
  rewriteRule,
  textConst,
  textOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "ILIKE with a pattern that has no wildcard",
  effect: "Every value is compared letter by letter; only a trigram index could serve the condition",
  remedy: "Compare lower(column) with the lower-case text, and index lower(column)",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-LIKE",
      says: "ILIKE makes the match case-insensitive according to the active locale, as lower() folds case by it",
    },
  ],

  rewrite: replaceFilters(({ node, level }, { catalog }) => {
    const found = operationOf(node, "AEXPR_ILIKE");
    const text = textOf(found?.right);
    const use = level.column(found?.left);
    if (found?.operator !== "~~*" || !use || !isPlainText(use, catalog)) return null;
    // Letters beyond ASCII, and the Turkish i, fold differently in different places; both sides must fold in one.
    if (text === null || !/^[\x20-\x7e]+$/.test(text) || /[%_\\]/.test(text)) return null;
    const column = readableIdent(use.column.name);
    return {
      to: operation(call("lower", found.left), "=", call("lower", textConst(text))),
      because: "an index on lower(column) finds the value, and ANALYZE keeps statistics for it",
      suggests: [
        index(use.table.relation, "btree", [
          {
            column: null,
            sql: `lower(${use.column.baseType === "varchar" ? `${column}::text` : column})`,
            operatorClass: null,
            collation: null,
            descending: false,
            nullsFirst: false,
          },
        ]),
      ],
    };
  }),
});
