import { analyzedLater, inUse, migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "type change that loses statistics",
  detects: "Any `ALTER COLUMN TYPE`: the statistics of the column are deleted",
  effect: "Until the next ANALYZE the planner guesses, and plans on the column may get worse",
  remedy: "ANALYZE the column right after",
  severity: "note",
  offByDefault: true,
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-analyze.html",
      says: "Statistics of expressions and new columns exist only after ANALYZE",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  *conclude(after) {
    for (const at of after.earlier) {
      const { change } = at;
      if (change.kind !== "alter-column-type" || !inUse(after, change.relation)) continue;
      if (analyzedLater(after, at, change.relation)) continue;
      yield {
        at,
        message: `The statistics of ${readableQualified(change.relation)}.${readableIdent(change.column)} are gone until ANALYZE`,
        about: change.relation,
        safer: [`ANALYZE ${readableQualified(change.relation)} (${readableIdent(change.column)})`],
      };
    }
  },
});
