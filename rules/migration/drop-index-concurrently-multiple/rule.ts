import { migrationRule, outsideTransaction, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "several indexes dropped concurrently at once",
  detects: "`DROP INDEX CONCURRENTLY` with several names, or with CASCADE",
  effect: "PostgreSQL refuses it (SQLSTATE 0A000), so the migration fails",
  remedy: "One statement for each index",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-dropindex.html",
      says: "DROP INDEX takes ACCESS EXCLUSIVE on the table; CONCURRENTLY waits for conflicting transactions instead",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "drop" || change.what !== "index" || !change.concurrently || (change.names.length === 1 && !change.cascade))
      return null;
    return {
      message: `DROP INDEX CONCURRENTLY takes ${change.cascade ? "no CASCADE" : "one index at a time"}`,
      safer: outsideTransaction(
        context,
        before,
        ...change.names.map((name) => `DROP INDEX CONCURRENTLY ${change.ifExists ? "IF EXISTS " : ""}${readableQualified(name)}`),
      ),
    };
  },
});
