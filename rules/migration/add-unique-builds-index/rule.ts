import {
  alterTable,
  columnList,
  constraintName,
  does,
  inUse,
  migrationRule,
  outsideTransaction,
  readableIdent,
  readableQualified,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "UNIQUE that builds its index under lock",
  detects: "`ADD UNIQUE` on a table that is in use",
  effect: "The index is built under ACCESS EXCLUSIVE: nobody reads or writes until it is done",
  remedy: "Build a unique index CONCURRENTLY, then make it the constraint with USING INDEX",
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
    if (
      change.kind !== "add-constraint" ||
      change.constraint.kind !== "unique" ||
      !inUse(before, change.relation) ||
      !does(context, "index-build")
    )
      return null;
    const { relation, constraint } = change;
    const name = constraintName(relation, constraint);
    return {
      message: `Adding the constraint ${readableIdent(name)} builds its index while nobody can read ${readableQualified(relation)}`,
      about: relation,
      rests: "index-build",
      safer: [
        ...outsideTransaction(
          context,
          before,
          `CREATE UNIQUE INDEX CONCURRENTLY ${readableIdent(name)} ON ${readableQualified(relation)} ${columnList(constraint.columns)}`,
        ),
        `${alterTable(relation)} ADD CONSTRAINT ${readableIdent(name)} UNIQUE USING INDEX ${readableIdent(name)}`,
      ],
    };
  },
});
