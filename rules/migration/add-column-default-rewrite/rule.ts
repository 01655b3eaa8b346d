import { alterTable, inUse, migrationRule, readableIdent, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "new column with a default before PostgreSQL 11",
  detects: "`ADD COLUMN … DEFAULT` on PostgreSQL 10 or older",
  effect: "The whole table is written anew under ACCESS EXCLUSIVE, whatever the default",
  remedy: "Add the column without a default, set the default, then fill old rows in batches",
  severity: "warning",
  insteadOf: ["add-column-required"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],
  gates: [
    {
      from: 11,
      changes: "A default that is not volatile is stored once and needs no rewrite",
      source: {
        url: "https://www.postgresql.org/docs/release/11.0/",
        says: "Allow ALTER TABLE to add a column with a non-null default without doing a table rewrite",
      },
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "add-column" || context.postgres >= 11 || !inUse(before, change.relation)) return null;
    const { column } = change;
    if (column.default === null || column.default.isNull || column.serial || column.identity || column.generated !== null) return null;
    return {
      message: `Before PostgreSQL 11 adding ${readableQualified(change.relation)}.${readableIdent(change.column.name)} with a default writes every row of the table anew`,
      about: change.relation,
      safer: [
        shortLockTimeout,
        `${alterTable(change.relation)} ADD COLUMN ${readableIdent(change.column.name)} ${change.column.type.sql}`,
        `${alterTable(change.relation)} ALTER COLUMN ${readableIdent(change.column.name)} SET DEFAULT ${change.column.default?.sql ?? "NULL"}`,
        "-- then fill the old rows in batches by key, each in its own transaction",
      ],
    };
  },
});
