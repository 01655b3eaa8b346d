import { alterTable, does, inUse, migrationRule, readableIdent, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "stored generated column on an existing table",
  detects: "`ADD COLUMN … GENERATED ALWAYS AS (…) STORED`",
  effect: "The value of each old row is computed and stored: the whole table is written anew under ACCESS EXCLUSIVE",
  remedy: "Add a plain column, keep it with a trigger, fill old rows in batches; on PostgreSQL 18 a VIRTUAL column needs none of it",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-generated-columns.html",
      says: "A stored generated column is computed when written and takes space; a virtual one when read",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],
  gates: [
    {
      from: 18,
      changes: "VIRTUAL columns, computed when read, need no rewrite",
      source: {
        url: "https://www.postgresql.org/docs/release/18.0/",
        says: "Allow generated columns to be virtual, and make them the default",
      },
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "add-column" || change.column.generated === null || !inUse(before, change.relation)) return null;
    const { column, relation } = change;
    if (column.generated !== "stored" || !does(context, "rewrite")) return null;
    return {
      message: `Adding the stored generated column ${readableQualified(relation)}.${readableIdent(column.name)} writes every row of the table anew`,
      about: relation,
      rests: "rewrite",
      help:
        context.postgres >= 18
          ? "Make it VIRTUAL, which is computed when read, unless it must be indexed"
          : "Add a plain column, keep it current with a trigger, fill the old rows in batches",
      safer: [
        shortLockTimeout,
        `${alterTable(relation)} ADD COLUMN ${readableIdent(column.name)} ${column.type.sql}`,
        "-- then a trigger that keeps it, and the old rows filled in batches",
      ],
    };
  },
});
