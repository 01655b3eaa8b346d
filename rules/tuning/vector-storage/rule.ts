import { aboutTable, bytes, evidence, figure, ident, readableQualified, tuningRule } from "../../../src/rule/index.ts";

/** Bytes of an array's header, and of a vector's (array.h, pgvector's vector.h). */
const arrayHeader = 24;
/** Above the 96 quarters of an hour of a day; sentence embeddings begin at 128. Our choice, November 2026. */
const shortestNumeric = 128;

export default tuningRule({
  title: "Vectors stored as double precision arrays",
  severity: "note",
  detects: "double precision or numeric array columns whose arrays all have the same length, as embeddings have",
  effect: "twice the bytes that a model's single-precision output holds, most of it in TOAST, and no index for nearest neighbours",
  remedy: "Store real[], or pgvector's vector or halfvec, which also gives HNSW and IVFFlat indexes",
  leaveAlone: "the numbers need more than seven digits",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT",
      says: "real: 4 bytes, 6 decimal digits precision; double precision: 8 bytes, 15 decimal digits precision",
    },
    {
      url: "https://github.com/pgvector/pgvector",
      says: "Each vector takes 4 * dimensions + 8 bytes of storage; each half vector takes 2 * dimensions + 8 bytes",
    },
  ],
  options: {
    minLength: { default: 32, min: 2, max: 100_000, unit: "elements", doc: "Shorter arrays are not taken for vectors" },
    minRows: { default: 1_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" },
  },

  *advise({ tables, catalog, options }) {
    const vector = catalog.hasExtension("vector");
    const available = vector || (catalog.all.availableExtensions ?? []).includes("vector");
    for (const table of tables) {
      const rows = catalog.rows(table);
      if (table.kind !== "table" || rows === null || rows < options.minRows) continue;
      for (const column of table.columns.filter((each) => each.elementType === "float8" || each.elementType === "numeric")) {
        const counts = column.statistics?.elementCountHistogram ?? [];
        const [first, last] = [counts[0], counts.at(-1)];
        if (first === undefined || last === undefined || first < options.minLength || Math.abs(last - first) > 0.01) continue;
        // A numeric may be a price: only what is as long as no list of hours or days is surely an embedding.
        if (column.elementType === "numeric" && first < shortestNumeric) continue;
        const elementBytes = 8;
        const saved = rows * first * (elementBytes - 4);
        const name = readableQualified(table);
        const type = vector ? `vector(${first})` : "real[]";
        yield {
          about: aboutTable(table, column.name),
          message: `Each of ${figure(rows)} rows holds ${figure(first)} ${column.elementType === "numeric" ? "numeric" : "double precision"} numbers; as ${type} they take about ${bytes(saved)} less`,
          evidence: [
            evidence("rows", rows, "rows"),
            evidence("elements", first),
            evidence("bytes for each now", arrayHeader + first * elementBytes, "bytes"),
          ],
          apply: [`ALTER TABLE ${name} ALTER COLUMN ${ident(column.name)} TYPE ${type} USING ${ident(column.name)}::${type}`],
          undo: [],
          help:
            "The change copies the table under ACCESS EXCLUSIVE; for a large one fill a new column in batches" +
            (vector || !available ? "" : ". CREATE EXTENSION vector; is available here and brings distance operators and HNSW indexes"),
          trial: { kind: "arithmetic", formula: `rows × elements × (8 − 4 bytes) = ${figure(rows)} × ${figure(first)} × 4` },
        };
      }
    }
  },
});
