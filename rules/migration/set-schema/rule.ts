import { migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "table moved to another schema",
  detects: "`ALTER TABLE … SET SCHEMA` of a table that is in use",
  effect: "Statements that find it through the old schema fail at once",
  remedy: "Move it and make a view under the old name in the same transaction",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "RENAME changes the name at once for everybody; ACCESS EXCLUSIVE is held",
    },
  ],

  *conclude(after) {
    for (const at of after.earlier) {
      const { change } = at;
      if (change.kind !== "set-schema" || after.table(change.relation) !== null) continue;
      const moved = { schema: change.to, name: change.relation.name };
      if (after.createdHere(moved)) continue;
      yield {
        at,
        message: `${readableQualified(change.relation)} becomes ${readableQualified(moved)} at once: statements that use the old name fail`,
        about: change.relation,
        safer: [`CREATE VIEW ${readableQualified(change.relation)} AS SELECT * FROM ${readableQualified(moved)}`],
      };
    }
  },
});
