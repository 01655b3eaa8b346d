import { indexSql, inUse, migrationRule, outsideTransaction, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "retry leaves an invalid index",
  detects: "`CREATE INDEX CONCURRENTLY IF NOT EXISTS` without dropping a leftover first",
  effect:
    "A build that failed leaves an INVALID index; the retry sees the name, says it exists and skips: every write maintains it and no query uses it",
  remedy: "Drop the leftover first, then build without IF NOT EXISTS",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      says: "CREATE INDEX locks out writes until it is done; CONCURRENTLY does not, and cannot run in a transaction block",
    },
  ],

  judge(change, before, context) {
    if (
      change.kind !== "create-index" ||
      !change.concurrently ||
      !change.ifNotExists ||
      change.name === null ||
      !inUse(before, change.relation)
    )
      return null;
    const { name } = change;
    const dropped = before.earlier.some(
      ({ change: past }) => past.kind === "drop" && past.what === "index" && past.names.some((each) => each.name === name),
    );
    if (dropped) return null;
    const invalid = before.table(change.relation)?.indexes.some((each) => each.name === name && !each.valid) ?? false;
    return {
      message: invalid
        ? `${readableIdent(name)} is there and INVALID: IF NOT EXISTS skips it and it stays so`
        : `If building ${readableIdent(name)} fails once, IF NOT EXISTS keeps the INVALID index it leaves`,
      severity: invalid ? "error" : "warning",
      about: change.relation,
      safer: outsideTransaction(
        context,
        before,
        `DROP INDEX CONCURRENTLY IF EXISTS ${readableQualified({ schema: change.relation.schema, name })}`,
        indexSql({ ...change, ifNotExists: false }, true),
      ),
    };
  },
});
