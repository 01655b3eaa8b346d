import {
  constantPattern,
  figure,
  index,
  indexableRelation,
  indexRule,
  key,
  likeParts,
  minRowsOption,
  rowsInWords,
  servedBy,
  typeKind,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects: "A search for the end of a text (LIKE '%abc')",
  effect: "Every row's text is compared; no order of the texts puts those that end alike together",
  remedy: "Ask for the beginning of reverse(column) instead, with a B-tree on reverse(column) text_pattern_ops",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-string.html",
      says: "reverse(text) reverses the order of the characters; it is immutable, so it can be indexed",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-types.html#INDEXES-TYPES-BTREE",
      says: "A B-tree serves col LIKE 'foo%' but not col LIKE '%bar'",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    for (const predicate of scan.predicates) {
      const { on, operator } = predicate;
      const type = typeKind(catalog, scan.relation, on);
      if (operator !== "~~" || (type !== "text" && type !== "varchar") || on.immutable === false) continue;
      const pattern = constantPattern(predicate);

      if (/^\(*reverse\s*\(/i.test(on.sql)) {
        if (predicate.compared.kind === "column" || (pattern !== null && likeParts(pattern).prefix === "")) continue;
        const wanted = index(scan.relation, "btree", [key(on, { operatorClass: "text_pattern_ops" })]);
        if (servedBy(catalog, wanted)) continue;
        const because = `${on.sql} is searched by its beginning over ${rows}, which is the end of the text; a B-tree on the reversed text keeps those that end alike together`;
        yield { kind: "create", index: wanted, because };
        continue;
      }
      if (pattern === null || on.column === null) continue;
      const { prefix, suffix, exact } = likeParts(pattern);
      if (exact || prefix !== "" || suffix.length < 2 || /[%_]/.test(pattern.replace(/^%/, ""))) continue;
      const reversed = { ...on, column: null, sql: `reverse(${on.sql})` };
      const wanted = index(scan.relation, "btree", [key(reversed, { operatorClass: "text_pattern_ops" })]);
      const because = `the statement asks for the end of ${on.sql}, which this index answers only when it is written reverse(${on.sql}) LIKE reverse(pattern)`;
      if (!servedBy(catalog, wanted)) yield { kind: "refuse", index: wanted, because };
    }
  },
});
