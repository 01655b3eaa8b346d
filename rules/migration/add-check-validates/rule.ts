import {
  alterTable,
  constraintName,
  constraintSql,
  does,
  inLaterMigration,
  inUse,
  migrationRule,
  readableIdent,
  readableQualified,
  shortLockTimeout,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "CHECK that reads the whole table",
  detects: "`ADD CHECK` without NOT VALID on a table that is in use",
  effect: "Every row is checked under ACCESS EXCLUSIVE: nobody reads or writes meanwhile",
  remedy: "Add it NOT VALID, which checks new rows only, and validate it in the next transaction, which lets everybody through",
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
    if (change.kind !== "add-constraint" || change.constraint.kind !== "check" || !inUse(before, change.relation) || !does(context, "scan"))
      return null;
    const { relation, constraint } = change;
    const name = constraintName(relation, constraint);
    return {
      message: `Adding the CHECK ${readableIdent(name)} reads all of ${readableQualified(relation)} while nobody else can`,
      about: relation,
      rests: "scan",
      safer: [
        shortLockTimeout,
        `${alterTable(relation)} ${constraintSql(constraint, name)} NOT VALID`,
        ...inLaterMigration(context, before, `${alterTable(relation)} VALIDATE CONSTRAINT ${readableIdent(name)}`),
      ],
    };
  },
});
