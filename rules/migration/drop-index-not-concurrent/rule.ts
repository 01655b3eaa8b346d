import { inUse, migrationRule, outsideTransaction, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "index dropped under ACCESS EXCLUSIVE",
  detects: "`DROP INDEX` without CONCURRENTLY on a table that is in use",
  effect: "ACCESS EXCLUSIVE on the table: the drop waits for every running query, and every new one waits behind it",
  remedy: "Drop it CONCURRENTLY, outside a transaction",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-dropindex.html",
      says: "DROP INDEX takes ACCESS EXCLUSIVE on the table; CONCURRENTLY waits for conflicting transactions instead",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "drop" || change.what !== "index" || change.concurrently) return null;
    const there = change.names.filter((name) => !before.hasCatalog || before.index(name) !== null);
    const names = there.filter((name) => {
      const found = before.index(name);
      return (
        found === null ||
        (!found.index.addedHere &&
          inUse(before, found.table) &&
          found.table.kind !== "partitioned-table" &&
          found.index.constraint === null)
      );
    });
    if (names.length === 0) return null;
    const tables = [...new Set(names.flatMap((name) => before.index(name)?.table ?? []).map(readableQualified))];
    return {
      message: `Dropping ${names.map(readableQualified).join(", ")} locks out every query on ${tables.length > 0 ? tables.join(", ") : "its table"}`,
      ...(tables.length === 1 ? { about: before.index(names[0]!)!.table } : {}),
      safer: outsideTransaction(
        context,
        before,
        ...names.map((name) => `DROP INDEX CONCURRENTLY ${change.ifExists ? "IF EXISTS " : ""}${readableQualified(name)}`),
      ),
    };
  },
});
