import { indexOverPartitions, migrationRule, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "concurrent index on a partitioned table",
  detects: "CONCURRENTLY on a partitioned table or index",
  effect: "PostgreSQL refuses it (SQLSTATE 0A000), so the migration fails",
  remedy: "Make the index ON ONLY the parent, build one per partition CONCURRENTLY, then attach them",
  severity: "error",
  insteadOf: ["index-concurrently-retry-keeps-invalid", "index-concurrently-in-transaction"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      says: "CREATE INDEX locks out writes until it is done; CONCURRENTLY does not, and cannot run in a transaction block",
    },
    {
      url: "https://www.postgresql.org/docs/current/ddl-partitioning.html",
      says: "How partitions are added, attached and detached with the least locking",
    },
  ],

  judge(change, before, context) {
    if (change.kind === "drop" && change.what === "index" && change.concurrently) {
      const [name] = change.names;
      const found = name ? before.index(name) : null;
      if (!name || found?.table.kind !== "partitioned-table") return null;
      return {
        message: `${readableQualified(name)} is the index of a partitioned table, which DROP INDEX CONCURRENTLY refuses`,
        about: found.table,
        safer: [shortLockTimeout, `DROP INDEX ${readableQualified(name)}`],
      };
    }
    if (change.kind !== "create-index" || !change.concurrently || before.table(change.relation)?.kind !== "partitioned-table") return null;
    return {
      message: `${readableQualified(change.relation)} is partitioned, and CREATE INDEX CONCURRENTLY refuses partitioned tables`,
      about: change.relation,
      safer: indexOverPartitions(change, before, context),
    };
  },
});
