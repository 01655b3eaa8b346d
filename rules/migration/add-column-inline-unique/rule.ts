import {
  alterTable,
  constraintName,
  does,
  inUse,
  migrationRule,
  outsideTransaction,
  readableIdent,
  readableQualified,
  shortLockTimeout,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "UNIQUE written with a new column",
  detects: "`ADD COLUMN … UNIQUE` or PRIMARY KEY on a table that is in use",
  effect: "The index is built under ACCESS EXCLUSIVE: nobody reads or writes until it is done",
  remedy: "Add the column, build a unique index CONCURRENTLY, then make it the constraint with USING INDEX",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      says: "CREATE INDEX locks out writes until it is done; CONCURRENTLY does not, and cannot run in a transaction block",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "add-column" || !inUse(before, change.relation)) return null;
    const { column, relation } = change;
    const unique = column.constraints.find((each) => each.kind === "unique" || each.kind === "primary-key");
    if (!unique || (!does(context, "index-build") && !does(context, "rewrite"))) return null;
    const name = constraintName(relation, unique);
    return {
      message: `The ${unique.kind === "unique" ? "UNIQUE" : "PRIMARY KEY"} written with ${readableQualified(relation)}.${readableIdent(column.name)} builds its index while nobody can read the table`,
      about: relation,
      safer: [
        shortLockTimeout,
        `${alterTable(relation)} ADD COLUMN ${readableIdent(column.name)} ${column.type.sql}`,
        ...outsideTransaction(
          context,
          before,
          `CREATE UNIQUE INDEX CONCURRENTLY ${readableIdent(name)} ON ${readableQualified(relation)} (${readableIdent(column.name)})`,
        ),
        `${alterTable(relation)} ADD CONSTRAINT ${readableIdent(name)} UNIQUE USING INDEX ${readableIdent(name)}`,
      ],
    };
  },
});
