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
  title: "CHECK written with a new column",
  detects: "`ADD COLUMN … CHECK (…)` on a table that is in use",
  effect: "Every row is checked under ACCESS EXCLUSIVE, although all have the same new value",
  remedy: "Add the column, then the CHECK as NOT VALID, then validate it",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "add-column" || !inUse(before, change.relation)) return null;
    const { column, relation } = change;
    const check = column.constraints.find((each) => each.kind === "check" && !each.notValid && each.enforced);
    if (!check || !does(context, "scan")) return null;
    const name = constraintName(relation, check);
    const definition = [
      column.type.sql,
      ...(column.notNull ? ["NOT NULL"] : []),
      ...(column.default === null ? [] : [`DEFAULT ${column.default.sql}`]),
    ].join(" ");
    return {
      message: `The CHECK written with ${readableQualified(relation)}.${readableIdent(column.name)} reads the whole table while nobody else can`,
      about: relation,
      rests: "scan",
      safer: [
        shortLockTimeout,
        `${alterTable(relation)} ADD COLUMN ${readableIdent(column.name)} ${definition}`,
        `${alterTable(relation)} ${constraintSql(check, name)} NOT VALID`,
        ...inLaterMigration(context, before, `${alterTable(relation)} VALIDATE CONSTRAINT ${readableIdent(name)}`),
      ],
    };
  },
});
