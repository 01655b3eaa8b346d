import { migrationRule, readableIdent } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "schema renamed",
  detects: "`ALTER SCHEMA … RENAME TO`",
  effect: "Statements and search paths that name the old schema fail at once",
  remedy: "Make a new schema and move objects with views left behind",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "RENAME changes the name at once for everybody; ACCESS EXCLUSIVE is held",
    },
  ],

  judge(change) {
    if (change.kind !== "rename-schema") return null;
    return {
      message: `The schema ${readableIdent(change.name)} becomes ${readableIdent(change.to)} at once: statements that use the old name fail`,
      safer: [],
    };
  },
});
