import { alterTable, migrationRule, readableIdent, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "index backs a constraint",
  detects: "`DROP INDEX` of an index that a primary key, UNIQUE or EXCLUDE constraint stands on",
  effect: "PostgreSQL refuses it (SQLSTATE 2BP01), so the migration fails",
  remedy: "Drop the constraint: its index goes with it",
  severity: "error",
  insteadOf: ["drop-index-not-concurrent"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-dropindex.html",
      says: "DROP INDEX takes ACCESS EXCLUSIVE on the table; CONCURRENTLY waits for conflicting transactions instead",
    },
  ],

  judge(change, before) {
    if (change.kind !== "drop" || change.what !== "index") return null;
    for (const name of change.names) {
      const found = before.index(name);
      if (!found || found.index.constraint === null) continue;
      return {
        message: `${readableQualified(name)} backs the constraint ${readableIdent(found.index.constraint)} of ${readableQualified(found.table)} and cannot be dropped by itself`,
        about: found.table,
        safer: [shortLockTimeout, `${alterTable(found.table)} DROP CONSTRAINT ${readableIdent(found.index.constraint)}`],
      };
    }
    return null;
  },
});
