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
  detects: "A part of a jsonb document, such as `meta -> 'tags'`, asked with a jsonb operator and not indexed",
  effect: "Every document is read and the part cut out of it to compare it",
  remedy: "Create a GIN index on that part alone, smaller than one on the whole document",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING",
      says: "An expression index on jdoc -> 'tags' is smaller and faster than a simple index where queries ask about that key",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const keys = classKeys(scan, "gin", catalog, postgres).filter(({ on, type }) => type === "jsonb" && on.column === null);
    for (const found of keys) {
      const asksKeys = found.operators.some((operator) => operator.startsWith("?"));
      if (found.operatorClass.name === "jsonb_ops" && !asksKeys) continue;
      const wanted = classIndex(scan.relation, [found]);
      const everyKey = keys.find(({ on, operatorClass }) => on.sql === found.on.sql && operatorClass.name === "jsonb_ops");
      if (servedBy(catalog, wanted) || (everyKey && servedBy(catalog, classIndex(scan.relation, [everyKey])))) continue;
      const rows = rowsInWords(catalog, scan.relation, figure);
      const because = `${found.on.sql} is asked with ${found.operators.join(" and ")} over ${rows}; an index on the whole document does not answer a question about a part cut out of it`;
      yield { kind: "create", index: wanted, because };
    }
  },
});
