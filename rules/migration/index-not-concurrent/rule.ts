import {
  does,
  indexOverPartitions,
  indexSql,
  inUse,
  migrationRule,
  outsideTransaction,
  readableQualified,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "index built while writes wait",
  detects: "`CREATE INDEX` without CONCURRENTLY on a table that is in use",
  effect: "SHARE lets nobody insert, update or delete until the whole index is built",
  remedy: "Build it CONCURRENTLY, as a statement of its own outside a transaction",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      says: "CREATE INDEX locks out writes until it is done; CONCURRENTLY does not, and cannot run in a transaction block",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "create-index" || change.concurrently || !inUse(before, change.relation) || !does(context, "index-build"))
      return null;
    const table = before.table(change.relation);
    const name = change.name ?? change.pickedName;
    const message = `Building an index on ${readableQualified(change.relation)} lets no write through until it is done`;
    if (table?.kind === "partitioned-table")
      return { message, about: change.relation, rests: "index-build", safer: indexOverPartitions(change, before, context) };
    return {
      message,
      about: change.relation,
      rests: "index-build",
      safer: outsideTransaction(context, before, indexSql({ ...change, ifNotExists: false }, true, name)),
    };
  },
});
