import { analyzedLater, inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "expression index without statistics",
  detects: "A new index on an expression, with no ANALYZE behind it",
  effect: "Until the next ANALYZE the planner guesses how many rows the expression keeps, and may choose worse plans than before",
  remedy: "ANALYZE the table right after the build",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-analyze.html",
      says: "Statistics of expressions and new columns exist only after ANALYZE",
    },
  ],

  *conclude(after) {
    for (const at of after.earlier) {
      const { change } = at;
      if (change.kind !== "create-index" || !change.keys.some((each) => each.column === null) || !inUse(after, change.relation)) continue;
      if (analyzedLater(after, at, change.relation)) continue;
      yield {
        at,
        message: `The index on an expression of ${readableQualified(change.relation)} has no statistics until ANALYZE`,
        about: change.relation,
        safer: [`ANALYZE ${readableQualified(change.relation)}`],
      };
    }
  },
});
