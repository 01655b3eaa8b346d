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
  title: "foreign key that looks up every row",
  detects: "`ADD FOREIGN KEY` without NOT VALID between tables that are in use",
  effect: "SHARE ROW EXCLUSIVE on both tables until every row has been looked up: nobody writes to either meanwhile",
  remedy: "Add it NOT VALID, which checks new rows only, and validate it in the next transaction, which lets writers through",
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
    if (
      change.kind !== "add-constraint" ||
      !change.constraint.references ||
      !inUse(before, change.relation) ||
      !does(context, "foreign-key-check")
    )
      return null;
    const { relation, constraint } = change;
    const target = change.constraint.references.relation;
    const name = constraintName(relation, constraint);
    const partitioned = before.table(relation)?.kind === "partitioned-table" && context.postgres < 18;
    return {
      message: `Adding the foreign key ${readableIdent(name)} stops writes to ${readableQualified(relation)} and ${readableQualified(target)} while every row is looked up`,
      about: relation,
      rests: "foreign-key-check",
      ...(partitioned
        ? { help: "Before PostgreSQL 18 a partitioned table takes no NOT VALID key: give each partition its own first, then the parent" }
        : {}),
      safer: [
        shortLockTimeout,
        ...(partitioned ? before.children(relation) : [relation]).flatMap((table) => [
          `${alterTable(table)} ${constraintSql(constraint, name)} NOT VALID`,
          ...inLaterMigration(context, before, `${alterTable(table)} VALIDATE CONSTRAINT ${readableIdent(name)}`),
        ]),
        ...(partitioned ? [`${alterTable(relation)} ${constraintSql(constraint, name)}`] : []),
      ],
    };
  },
});
