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
  title: "SET NOT NULL that reads the whole table",
  detects: "`SET NOT NULL` on a column nothing has yet proved free of nulls",
  effect: "Reads and writes wait on ACCESS EXCLUSIVE while every row is checked",
  remedy: "Prove it first with a constraint added NOT VALID and validated afterwards",
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
    const column =
      change.kind === "set-not-null"
        ? change.column
        : change.kind === "add-constraint" && change.constraint.kind === "not-null"
          ? (change.constraint.columns[0] ?? null)
          : null;
    if ((change.kind !== "set-not-null" && change.kind !== "add-constraint") || column === null) return null;
    const { relation } = change;
    if (!inUse(before, relation) || !does(context, "scan")) return null;
    const alter = alterTable(relation);
    const name = readableIdent(objectName(relation.name, column, "not_null"));
    const prove = (constraint: string) => [
      `${alter} ADD CONSTRAINT ${name} ${constraint} NOT VALID`,
      ...inLaterMigration(context, before, `${alter} VALIDATE CONSTRAINT ${name}`),
    ];
    const check = prove(`CHECK (${readableIdent(column)} IS NOT NULL)`);
    const swap = [`${alter} ALTER COLUMN ${readableIdent(column)} SET NOT NULL`, `${alter} DROP CONSTRAINT ${name}`];
    const unproven = before.table(relation)?.constraints.find((each) => !each.validated && each.provesNotNull.includes(column));
    return {
      message: `Setting ${readableQualified(relation)}.${readableIdent(column)} NOT NULL reads the whole table while nobody else can`,
      ...(unproven ? { help: `${unproven.name} would prove it, once it is validated` } : {}),
      about: relation,
      rests: "scan",
      safer: unproven
        ? [`${alter} VALIDATE CONSTRAINT ${readableIdent(unproven.name)}`, swap[0]!]
        : context.postgres >= 18
          ? prove(`NOT NULL ${readableIdent(column)}`)
          : context.postgres >= 12
            ? [...check, ...swap]
            : check,
    };
  },
});
