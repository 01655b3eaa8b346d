import { migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "column that is there already",
  detects: "`ADD COLUMN` of a column that the table has, or two columns of one name",
  effect: "PostgreSQL refuses it (SQLSTATE 42701), so the migration fails",
  remedy: "Leave it out, or say IF NOT EXISTS",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before) {
    if (change.kind === "create-table") {
      const twice = change.columns.find((each, at) => change.columns.findIndex((other) => other.name === each.name) < at);
      return twice
        ? {
            message: `${readableQualified(change.relation)} names the column ${readableIdent(twice.name)} twice`,
            about: change.relation,
            safer: [],
          }
        : null;
    }
    if (change.kind !== "add-column" || change.ifNotExists) return null;
    if (!before.table(change.relation)?.columns.some((each) => each.name === change.column.name)) return null;
    return {
      message: `${readableQualified(change.relation)} has a column ${readableIdent(change.column.name)} already`,
      about: change.relation,
      safer: [],
    };
  },
});
