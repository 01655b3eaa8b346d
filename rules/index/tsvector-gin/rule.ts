import {
  classIndex,
  classKeys,
  figure,
  index,
  indexableRelation,
  indexRule,
  key,
  minRowsOption,
  rowsInWords,
  servedBy,
  typeKind,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects: "Full-text search with `@@` over a tsvector, or over to_tsvector with a named configuration, that no GIN index covers",
  effect: "Every row's text is parsed, or its tsvector read, to look for the words",
  remedy: "Create a GIN index on the tsvector column or on the very expression the statement uses",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/textsearch-tables.html#TEXTSEARCH-TABLES-INDEX",
      says: "Only the two-argument to_tsvector can be indexed, because its result does not depend on default_text_search_config",
    },
    {
      url: "https://www.postgresql.org/docs/current/textsearch-indexes.html",
      says: "GIN indexes are the preferred text search index type",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    for (const found of classKeys(scan, "gin", catalog, postgres)) {
      const wanted = classIndex(scan.relation, [found]);
      if (found.type !== "tsvector" || servedBy(catalog, wanted)) continue;
      const parsed = found.on.column === null ? ", and parses no text while it searches" : "";
      const because = `${found.on.sql} is searched over ${rows}; GIN keeps one list of rows per word${parsed}`;
      yield { kind: "create", index: wanted, because };
    }
    for (const { on, operator } of scan.predicates) {
      // A constant that pg_stat_statements replaced: what the configuration is cannot be known from the text.
      if (operator !== "@@" || /\$\d/.test(on.sql)) continue;
      const type = typeKind(catalog, scan.relation, on);
      const implicit = type === "text" || type === "varchar";
      if (!implicit && !(type === "tsvector" && on.immutable === false)) continue;
      const named = implicit ? `to_tsvector('english', ${on.sql})` : on.sql.replace(/to_tsvector\(/gi, "to_tsvector('english', ");
      const wanted = index(scan.relation, "gin", [key({ ...on, sql: named, column: null })]);
      const because = `${implicit ? `${on.sql} @@ …` : on.sql} takes its configuration from default_text_search_config, so it is not immutable and cannot be indexed; name the configuration in the statement, for example ${named}, and this index answers it`;
      yield { kind: "refuse", index: wanted, because };
    }
  },
});
