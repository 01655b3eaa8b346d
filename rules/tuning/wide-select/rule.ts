import { aboutStatement, bytes, evidence, listed, readableQualified, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "SELECT * fetches large columns",
  severity: "note",
  detects: "statements that take all columns of a table whose large values lie in TOAST",
  effect: "each row costs further reads, decompression and bytes over the network for columns that may not be wanted",
  remedy: "Name the columns that are used, or move the large ones to a table of their own",
  leaveAlone: "the application uses the large columns of every row",
  needs: ["maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/storage-toast.html",
      says: "The big values of TOASTed attributes will only be pulled out (if selected at all) at the time the result set is sent to the client",
    },
  ],
  options: {
    minBytesPerCall: {
      default: 262_144,
      min: 0,
      max: 1e12,
      unit: "bytes",
      doc: "Large values fetched by a call from which it is worth a word",
    },
  },

  *advise({ families, catalog, maintenance, options }) {
    for (const family of families) {
      const calls = family.load.calls;
      const returned = family.statements.reduce((sum, each) => sum + (each.rows ?? 0), 0);
      if (family.kind !== "select" || family.shape?.hasAggregate || calls < 1) continue;
      for (const scan of family.scans) {
        const rows = catalog.rows(scan.relation);
        const toast = maintenance(scan.relation)?.toastBytes ?? 0;
        if (scan.columnsRead !== null || scan.role !== "read" || rows === null || rows < 1) continue;
        const perCall = (returned / calls) * (toast / rows);
        if (perCall < options.minBytesPerCall) continue;
        const large =
          catalog
            .find(scan.relation)
            ?.columns.filter(
              (each) => each.storageLength < 0 && /^(text|bytea|jsonb?|xml|varchar|_|tsvector|vector)/.test(each.baseType),
            ) ?? [];
        yield {
          about: aboutStatement(family),
          message: `It takes every column of ${readableQualified(scan.relation)}, about ${bytes(perCall)} of large values a call`,
          evidence: [
            evidence("rows returned by a call", returned / calls, "rows"),
            evidence("TOAST for each row", toast / rows, "bytes"),
            evidence("columns that may be large", listed(large.map((each) => each.name))),
          ],
          apply: [],
          undo: [],
          trial: {
            kind: "arithmetic",
            formula: `rows returned ÷ calls × TOAST bytes ÷ rows = ${bytes(perCall)}; whether the client uses them is not known`,
          },
        };
        break;
      }
    }
  },
});
