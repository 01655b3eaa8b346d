import {
  alterTable,
  does,
  inLaterMigration,
  inUse,
  migrationRule,
  objectName,
  readableIdent,
  readableQualified,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "PRIMARY KEY USING INDEX on a nullable column",
  detects: "`ADD PRIMARY KEY USING INDEX` while a key column is not NOT NULL",
  effect: "The missing NOT NULL is set on the way: every row is read under ACCESS EXCLUSIVE",
  remedy: "Make the column NOT NULL first, by way of a validated CHECK",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],
  gates: [
    {
      from: 12,
      changes: "A valid CHECK (column IS NOT NULL) lets SET NOT NULL skip the scan",
      source: {
        url: "https://www.postgresql.org/docs/release/12.0/",
        says: "SET NOT NULL avoids the table scan when constraints already disallow nulls",
      },
    },
    {
      from: 18,
      changes: "NOT NULL itself can be added NOT VALID, so no CHECK is needed",
      source: { url: "https://www.postgresql.org/docs/release/18.0/", says: "Allow NOT NULL constraints to be specified as NOT VALID" },
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "add-constraint" || change.constraint.kind !== "primary-key" || change.constraint.usingIndex === null) return null;
    if (!inUse(before, change.relation) || !does(context, "scan")) return null;
    const { relation, constraint } = change;
    const index = before.table(relation)?.indexes.find((each) => each.name === constraint.usingIndex);
    const nullable = (index?.keys ?? []).flatMap((each) =>
      each.column !== null && !before.provenNotNull(relation, each.column) ? [each.column] : [],
    );
    if (nullable.length === 0) return null;
    return {
      message: `${nullable.map(readableIdent).join(", ")} of ${readableQualified(relation)} may hold nulls: the primary key reads every row while nobody else can`,
      about: relation,
      rests: "scan",
      safer: nullable.flatMap((each) => {
        const own = readableIdent(objectName(relation.name, each, "not_null"));
        const proof = context.postgres >= 18 ? `NOT NULL ${readableIdent(each)}` : `CHECK (${readableIdent(each)} IS NOT NULL)`;
        return [
          `${alterTable(relation)} ADD CONSTRAINT ${own} ${proof} NOT VALID`,
          ...inLaterMigration(context, before, `${alterTable(relation)} VALIDATE CONSTRAINT ${own}`),
        ];
      }),
    };
  },
});
