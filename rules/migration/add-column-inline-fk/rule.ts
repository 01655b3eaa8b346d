import {
  alterTable,
  constraintName,
  constraintSql,
  does,
  inLaterMigration,
  inUse,
  migrationRule,
  outsideTransaction,
  readableIdent,
  readableQualified,
  shortLockTimeout,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "foreign key written with a new column",
  detects: "`ADD COLUMN … REFERENCES` on a table that is in use",
  effect:
    "Both tables are locked at once, ACCESS EXCLUSIVE here and SHARE ROW EXCLUSIVE on the referenced one, and with a default every row is looked up",
  remedy: "Add the column, then the foreign key as NOT VALID, then validate it",
  severity: "warning",
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
    if (change.kind !== "add-column" || !inUse(before, change.relation)) return null;
    const { column, relation } = change;
    const key = column.constraints.find((each) => each.kind === "foreign-key");
    if (!key?.references || !inUse(before, key.references.relation)) return null;
    const name = constraintName(relation, key);
    const checks = does(context, "foreign-key-check");
    return {
      message: checks
        ? `The foreign key written with ${readableQualified(relation)}.${readableIdent(column.name)} looks up every row in ${readableQualified(key.references.relation)} while nobody can read the table`
        : `The foreign key written with ${readableQualified(relation)}.${readableIdent(column.name)} waits for writers of ${readableQualified(key.references.relation)} while nobody can read the table`,
      ...(checks ? {} : { severity: "note" as const }),
      about: relation,
      safer: [
        shortLockTimeout,
        `${alterTable(relation)} ADD COLUMN ${readableIdent(column.name)} ${column.type.sql}${column.default === null ? "" : ` DEFAULT ${column.default.sql}`}`,
        ...outsideTransaction(
          context,
          before,
          `CREATE INDEX CONCURRENTLY ON ${readableQualified(relation)} (${readableIdent(column.name)})`,
        ),
        `${alterTable(relation)} ${constraintSql(key, name)} NOT VALID`,
        ...inLaterMigration(context, before, `${alterTable(relation)} VALIDATE CONSTRAINT ${readableIdent(name)}`),
      ],
    };
  },
});
