import { alterTable, does, inUse, migrationRule, readableIdent, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "new column with a volatile default",
  detects: "`ADD COLUMN … DEFAULT` with a function that gives each row a value of its own",
  effect: "PostgreSQL writes the whole table and all its indexes anew under ACCESS EXCLUSIVE: nobody reads or writes meanwhile",
  remedy: "Add the column without a default, set the default, then fill old rows in batches",
  severity: "warning",
  insteadOf: ["add-column-required"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "add-column" || !inUse(before, change.relation) || !does(context, "rewrite")) return null;
    const { column } = change;
    if (
      column.default === null ||
      column.default.isNull ||
      column.serial ||
      column.identity ||
      column.generated !== null ||
      context.postgres < 11
    )
      return null;
    if (column.default.volatility === "immutable" || column.default.volatility === "stable") return null;
    const culprit = column.default.culprit ?? "its default";
    return {
      message: `Adding ${readableQualified(change.relation)}.${readableIdent(change.column.name)} writes every row of the table anew, because ${culprit}() ${column.default.volatility === null ? "is not known to be stable or immutable" : "is volatile"}`,
      about: change.relation,
      rests: "rewrite",
      safer: [
        shortLockTimeout,
        `${alterTable(change.relation)} ADD COLUMN ${readableIdent(change.column.name)} ${change.column.type.sql}`,
        `${alterTable(change.relation)} ALTER COLUMN ${readableIdent(change.column.name)} SET DEFAULT ${change.column.default?.sql ?? "NULL"}`,
        "-- then fill the old rows in batches by key, each in its own transaction",
      ],
    };
  },
});
