import {
  armKeys,
  bestPerExpression,
  btreeGinTypes,
  type ClassKey,
  classIndex,
  classKeys,
  equalityColumns,
  figure,
  type IndexDefinition,
  indexableRelation,
  indexRule,
  minRowsOption,
  rowsInWords,
  servedBy,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects:
    "A GIN-searchable condition (jsonb, array, text search, trigram, hstore) together with another one or with an equality on a plain column",
  effect: "Two indexes are read and combined in a bitmap, or one is read and most of its rows thrown away",
  remedy: "Create one GIN index that holds both; btree_gin lets plain columns in",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/btree-gin.html",
      says: "A multicolumn GIN index with a btree_gin-indexable column answers both conditions without combining two indexes by bitmap ANDing",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
      says: "A multicolumn GIN index works with any subset of its columns, equally well whichever they are",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const keys = bestPerExpression(classKeys(scan, "gin", catalog, postgres)).slice(0, 3);
    const arms = armKeys(scan, "gin", catalog, postgres).slice(0, 2);
    if (keys.length + arms.length === 0) return;
    const scalars = equalityColumns(catalog, scan, btreeGinTypes).slice(0, 2);
    const rows = rowsInWords(catalog, scan.relation, figure);

    const sets: { readonly wanted: IndexDefinition; readonly on: string }[] = [];
    const add = (found: readonly ClassKey[], count: number, word: "and" | "or" = "and") => {
      const first = scalars.slice(0, count);
      if (found.length + first.length < 2) return;
      const searched = found.map(({ on }) => on.sql).join(` ${word} `);
      const on = [...first.map(({ sql }) => sql), searched].join(" and ");
      sets.push({ wanted: classIndex(scan.relation, found, first, "btree_gin"), on });
    };
    for (const found of keys) for (let count = 1; count <= scalars.length; count++) add([found], count);
    if (keys.length > 1) for (let count = 0; count <= scalars.length; count++) add(keys, count);

    for (const found of arms) for (let count = 0; count <= Math.min(1, scalars.length); count++) add(found, count, "or");

    for (const { wanted, on } of sets) {
      if (servedBy(catalog, wanted)) continue;
      const because = `${on} are asked together over ${rows}; one GIN index combines their lists of rows before it reads a row`;
      yield { kind: "create", index: wanted, because };
    }
  },
});
