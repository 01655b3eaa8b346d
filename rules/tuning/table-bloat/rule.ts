import {
  aboutTable,
  bytes,
  evidence,
  heapPagesNeeded,
  isOrdinaryTable,
  percent,
  readableQualified,
  tuningRule,
} from "../../../src/rule/index.ts";

const blockBytes = 8192;

export default tuningRule({
  title: "A table is bloated",
  severity: "note",
  detects: "tables that take far more pages than their rows need",
  effect: "sequential scans, backups and the cache carry empty space",
  remedy: "Rewrite the table once, then keep it so by earlier vacuums",
  leaveAlone: "the table will fill the space again, as one does that swells and shrinks every day",
  needs: ["maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/storage-page-layout.html",
      says: "Each item has a line pointer of 4 bytes; each heap tuple a header of 23 bytes, an optional null bitmap, and the user data, aligned",
    },
    {
      url: "https://github.com/ioguix/pgsql-bloat-estimation",
      says: "Estimates bloat from pg_stats widths and null fractions; about ten percent off",
    },
  ],
  options: {
    minShare: { default: 0.4, min: 0.1, max: 0.99, unit: "of the table", doc: "Empty part from which it is worth a rewrite" },
    minBytes: { default: 268_435_456, min: 0, max: 1e15, unit: "bytes", doc: "Empty space from which it is worth a rewrite" },
  },

  *advise({ tables, options }) {
    for (const table of tables) {
      const needed = isOrdinaryTable(table) ? heapPagesNeeded(table) : null;
      if (needed === null || table.currentPages === 0) continue;
      const wasted = (table.currentPages - needed) * blockBytes;
      const share = 1 - needed / table.currentPages;
      if (share < options.minShare || wasted < options.minBytes) continue;
      yield {
        about: aboutTable(table),
        message: `About ${percent(share)} of its ${bytes(table.currentPages * blockBytes)} is empty, by its statistics: ${bytes(needed * blockBytes)} would do`,
        evidence: [
          evidence("size", table.currentPages * blockBytes, "bytes"),
          evidence("needed, estimated", needed * blockBytes, "bytes"),
          evidence("dead rows", table.activity?.deadRows ?? 0, "rows"),
        ],
        apply: [`VACUUM (FULL, ANALYZE) ${readableQualified(table)}`],
        undo: [],
        help: "VACUUM FULL locks everybody out while it copies the table; pg_repack or pg_squeeze do it beside the application. Measure first on a copy: --copy-url",
        trial: {
          kind: "size",
          relation: { schema: table.schema, name: table.name },
          index: null,
          bytes: table.currentPages * blockBytes,
          rows: table.rows ?? 0,
          neededBytes: needed * blockBytes,
          leastShare: options.minShare,
          leastBytes: options.minBytes,
          formula: `pages needed = rows ÷ ⌊8168 × fillfactor ÷ (line pointer + header + null bitmap + column widths, aligned)⌋ = ${needed}, of ${table.currentPages}; about 10 % off`,
        },
      };
    }
  },
});
