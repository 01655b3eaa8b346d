import { inUse, migrationRule, outsideTransaction, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "index rebuilt while writes wait",
  detects: "`REINDEX` without CONCURRENTLY on a table that is in use",
  effect: "SHARE on the table and ACCESS EXCLUSIVE on each index: writes wait, and so does every query that could use an index of it",
  remedy: "REINDEX CONCURRENTLY, outside a transaction",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-reindex.html",
      says: "REINDEX locks out writes, and reads that would use the index; CONCURRENTLY does neither",
    },
  ],
  gates: [
    {
      from: 14,
      changes: "REINDEX takes partitioned tables and indexes",
      source: {
        url: "https://www.postgresql.org/docs/release/14.0/",
        says: "Allow REINDEX to process all child tables or indexes of a partitioned relation",
      },
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "reindex" || change.concurrently) return null;
    const table =
      change.what === "index" && change.name
        ? (before.index(change.name)?.table ?? null)
        : change.what === "table" && change.name
          ? before.table(change.name)
          : null;
    if (table && !inUse(before, table)) return null;
    if (table?.kind === "partitioned-table" && context.postgres < 14)
      return {
        message:
          change.what === "index"
            ? "REINDEX takes no partitioned index before PostgreSQL 14"
            : "REINDEX skips a partitioned table before PostgreSQL 14: it gives a warning and does nothing",
        severity: change.what === "index" ? "error" : "warning",
        safer: before.children(table).map((each) => `REINDEX TABLE CONCURRENTLY ${readableQualified(each)}`),
      };
    const name =
      change.name === null
        ? ""
        : change.what === "index" || change.what === "table"
          ? readableQualified(change.name)
          : readableIdent(change.name.name);
    if (change.what === "system") return null;
    return {
      message: `REINDEX ${change.what.toUpperCase()} ${name} stops writes, and reads that plan on the index, until it is done`,
      ...(table ? { about: table, rests: "index-build" as const } : {}),
      safer: outsideTransaction(context, before, `REINDEX ${change.what.toUpperCase()} CONCURRENTLY ${name}`),
    };
  },
});
