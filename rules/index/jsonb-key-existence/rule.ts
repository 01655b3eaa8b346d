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
  detects: "A jsonb column asked with `?`, `?|` or `?&` and no GIN index that stores keys",
  effect: "Every document is read to see whether it has the key",
  remedy: "Create a GIN index with the default jsonb_ops, the only one that answers key existence",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING",
      says: "The default jsonb_ops supports ?, ?| and ?& besides containment; jsonb_path_ops does not support the key-exists operators",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    for (const found of classKeys(scan, "gin", catalog, postgres)) {
      if (found.operatorClass.name !== "jsonb_ops" || found.on.column === null) continue;
      const asked = found.operators.filter((operator) => operator.startsWith("?"));
      const wanted = classIndex(scan.relation, [found]);
      if (asked.length === 0 || servedBy(catalog, wanted)) continue;
      const rows = rowsInWords(catalog, scan.relation, figure);
      const also = found.operators.length > asked.length ? "; the same index answers the containment asked with it" : "";
      const because = `${found.on.sql} is asked with ${asked.join(" and ")} over ${rows}; only jsonb_ops stores the keys themselves${also}`;
      yield { kind: "create", index: wanted, because };
    }
  },
});
