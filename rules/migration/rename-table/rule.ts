import { migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "table renamed",
  detects: "`ALTER TABLE … RENAME TO` of a table that is in use",
  effect: "The change is instant, and statements of the running application that use the old name fail at once",
  remedy: "Rename it and make a view under the old name in the same transaction; drop the view a release later",
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
      if (change.kind !== "rename-table") continue;
      const renamed = after.table({ schema: change.relation.schema, name: change.to });
      if (renamed?.createdHere) continue;
      const replaced = after.table(change.relation);
      if (replaced !== null) continue;
      yield {
        at,
        message: `${readableQualified(change.relation)} becomes ${readableIdent(change.to)} at once: statements that use the old name fail`,
        about: change.relation,
        safer: [
          `CREATE VIEW ${readableQualified(change.relation)} AS SELECT * FROM ${readableQualified({ schema: change.relation.schema, name: change.to })}`,
        ],
      };
    }
  },
});
