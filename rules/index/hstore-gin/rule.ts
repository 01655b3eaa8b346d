import {
  classIndex,
  classKeys,
  figure,
  indexableRelation,
  indexRule,
  minRowsOption,
  rowsInWords,
  servedBy,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects: "An hstore column asked with `@>`, `?`, `?|` or `?&` and no GIN index on it",
  effect: "Every row's pairs are read to look for the key",
  remedy: "Create a GIN index on the hstore column",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/hstore.html#HSTORE-INDEXES",
      says: "hstore has GiST and GIN index support for the @>, ?, ?& and ?| operators",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    for (const found of classKeys(scan, "gin", catalog, postgres)) {
      const wanted = classIndex(scan.relation, [found]);
      if (found.operatorClass.name !== "gin_hstore_ops" || servedBy(catalog, wanted)) continue;
      const rows = rowsInWords(catalog, scan.relation, figure);
      const because = `${found.on.sql} is asked with ${found.operators.join(" and ")} over ${rows}; GIN keeps one entry per key and per value`;
      yield { kind: "create", index: wanted, because };
    }
  },
});
