import { alterTable, inUse, migrationRule, readableIdent, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "required column without a default",
  detects: "`ADD COLUMN … NOT NULL` without DEFAULT",
  effect: "It fails as soon as the table has a row (SQLSTATE 23502), and the application that still runs inserts without the column",
  remedy: "Give a constant default, or add it nullable and make it NOT NULL when it is filled",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
    { url: "https://www.postgresql.org/docs/current/sql-insert.html", says: "Columns left out get their default, or null" },
  ],

  judge(change, before, context) {
    if (change.kind !== "add-column" || !inUse(before, change.relation)) return null;
    const { column, relation } = change;
    const required = column.notNull || column.constraints.some((each) => each.kind === "primary-key");
    const filled = (column.default !== null && !column.default.isNull) || column.serial || column.identity || column.generated !== null;
    const there = change.ifNotExists && before.table(relation)?.columns.some((each) => each.name === column.name);
    const rows = before.table(relation)?.before?.rows ?? null;
    if (!required || filled || there || (context.hasFigures && rows === 0)) return null;
    return {
      message: `Adding ${readableQualified(relation)}.${readableIdent(column.name)} NOT NULL without a default fails when the table has rows`,
      about: relation,
      safer: [
        shortLockTimeout,
        `${alterTable(relation)} ADD COLUMN ${readableIdent(column.name)} ${column.type.sql}`,
        "-- fill it in batches, then make it NOT NULL without a long lock (set-not-null-scan)",
      ],
    };
  },
});
