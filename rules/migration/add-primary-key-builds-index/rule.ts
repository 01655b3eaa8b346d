import {
  alterTable,
  columnList,
  constraintName,
  does,
  inLaterMigration,
  inUse,
  migrationRule,
  objectName,
  outsideTransaction,
  readableIdent,
  readableQualified,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "PRIMARY KEY that builds its index under lock",
  detects: "`ADD PRIMARY KEY` on a table that is in use",
  effect: "The index is built, and every row checked for nulls, under ACCESS EXCLUSIVE",
  remedy: "Make the column NOT NULL without a long lock, build a unique index CONCURRENTLY, then use it",
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
      change.constraint.kind !== "primary-key" ||
      !inUse(before, change.relation) ||
      !does(context, "index-build")
    )
      return null;
    const { relation, constraint } = change;
    const name = constraintName(relation, constraint);
    const nullable = constraint.columns.filter((each) => !before.provenNotNull(relation, each));
    const proof = nullable.flatMap((each) => {
      const own = readableIdent(objectName(relation.name, each, "not_null"));
      return [
        `${alterTable(relation)} ADD CONSTRAINT ${own} CHECK (${readableIdent(each)} IS NOT NULL) NOT VALID`,
        ...inLaterMigration(context, before, `${alterTable(relation)} VALIDATE CONSTRAINT ${own}`),
        `${alterTable(relation)} ALTER COLUMN ${readableIdent(each)} SET NOT NULL`,
      ];
    });
    return {
      message: `Adding the primary key of ${readableQualified(relation)} builds its index${nullable.length > 0 ? " and looks for nulls" : ""} while nobody can read the table`,
      about: relation,
      rests: "index-build",
      safer: [
        ...proof,
        ...outsideTransaction(
          context,
          before,
          `CREATE UNIQUE INDEX CONCURRENTLY ${readableIdent(name)} ON ${readableQualified(relation)} ${columnList(constraint.columns)}`,
        ),
        `${alterTable(relation)} ADD CONSTRAINT ${readableIdent(name)} PRIMARY KEY USING INDEX ${readableIdent(name)}`,
      ],
    };
  },
});
