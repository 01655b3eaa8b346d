import {
  btreeGistTypes,
  classIndex,
  classKeys,
  equalityColumns,
  figure,
  indexableRelation,
  indexRule,
  minRowsOption,
  rowsInWords,
  servedBy,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects:
    "A range or multirange (a column, or an expression such as tstzrange(a, b)) asked with `@>`, `&&`, `<<`, `-|-` … and no GiST index on it",
  effect: "Every row's range is compared; a B-tree orders ranges by their lower bound and answers none of these",
  remedy: "Create a GiST index on the range, with the equality columns in front through btree_gist",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/rangetypes.html#RANGETYPES-INDEXING",
      says: "A GiST or SP-GiST index on a range accelerates = && <@ @> << >> -|- &< &>; a GiST index does so for multiranges too",
    },
    {
      url: "https://www.postgresql.org/docs/current/btree-gist.html",
      says: "btree_gist gives GiST operator classes to plain types, useful when a multicolumn GiST index is needed",
    },
  ],
  gates: [
    {
      from: 14,
      changes: "Multirange types and their GiST operator class exist",
      source: { url: "https://www.postgresql.org/docs/release/14.0/", says: "Add support for multirange data types" },
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    const types = postgres >= 16 ? btreeGistTypes : new Set([...btreeGistTypes].filter((type) => type !== "bool"));
    const scalars = equalityColumns(catalog, scan, types).slice(0, 2);
    for (const found of classKeys(scan, "gist", catalog, postgres)) {
      const isRange = found.operatorClass.name === "range_ops" || found.operatorClass.name === "multirange_ops";
      // Equal ranges are a B-tree's or a hash index's work.
      const asked = found.operators.filter((operator) => operator !== "=");
      if (!isRange || asked.length === 0) continue;
      for (let count = scalars.length; count >= 0; count--) {
        const first = scalars.slice(0, count);
        const wanted = classIndex(scan.relation, [found], first, "btree_gist");
        if (servedBy(catalog, wanted)) continue;
        const together = first.length > 0 ? ` together with ${first.map(({ sql }) => sql).join(" and ")}` : "";
        const because = `${found.on.sql} is asked with ${asked.join(" and ")}${together} over ${rows}; GiST groups ranges that lie near each other and skips whole groups`;
        yield { kind: "create", index: wanted, because };
      }
    }
  },
});
