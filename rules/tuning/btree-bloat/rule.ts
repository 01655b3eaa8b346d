import { bytes, evidence, percent, readableQualified, tuningRule } from "../../../src/rule/index.ts";

const blockBytes = 8192;

export default tuningRule({
  title: "A B-tree is bloated",
  severity: "note",
  detects: "B-trees at least twice as large as they would be if they were built anew",
  effect: "more pages are read and cached for the same keys",
  remedy: "Rebuild it with REINDEX CONCURRENTLY",
  leaveAlone: "keys are deleted and inserted at random all the time: then it grows back to two thirds full, which is a B-tree's rest",
  needs: ["maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-reindex.html",
      says: "B-tree index pages that have become completely empty are reclaimed for re-use. However, there is still a possibility of inefficient use of space",
    },
  ],
  options: {
    minTimes: { default: 2, min: 1.2, max: 100, unit: "times", doc: "Times larger than a fresh index" },
    minBytes: { default: 67_108_864, min: 0, max: 1e15, unit: "bytes", doc: "Space to be won" },
  },

  *advise({ tables, catalog, options, rebuiltPages }) {
    for (const table of tables)
      for (const index of table.indexes) {
        const needed = index.valid ? rebuiltPages(table, index) : null;
        if (needed === null) continue;
        const won = (index.currentPages - needed) * blockBytes;
        if (index.currentPages < needed * options.minTimes || won < options.minBytes) continue;
        yield {
          about: { kind: "index", index: { schema: index.schema, name: index.name }, relation: { schema: table.schema, name: table.name } },
          message: `It takes ${bytes(index.currentPages * blockBytes)}; built anew it would take about ${bytes(needed * blockBytes)}, ${percent(1 - needed / index.currentPages)} less`,
          evidence: [
            evidence("size", index.currentPages * blockBytes, "bytes"),
            evidence("built anew, estimated", needed * blockBytes, "bytes"),
            evidence("times", index.currentPages / needed, "times"),
          ],
          apply: [`REINDEX INDEX CONCURRENTLY ${readableQualified(index)}`],
          undo: [],
          trial: {
            kind: "size",
            relation: { schema: table.schema, name: table.name },
            index: { schema: index.schema, name: index.name },
            bytes: index.currentPages * blockBytes,
            rows: catalog.rows(table) ?? 0,
            neededBytes: needed * blockBytes,
            leastShare: 1 - 1 / options.minTimes,
            leastBytes: options.minBytes,
            formula: `pages as nbtsort.c fills them with the keys' widths and duplicates from pg_stats = ${needed}, of ${index.currentPages}`,
          },
        };
      }
  },
});
