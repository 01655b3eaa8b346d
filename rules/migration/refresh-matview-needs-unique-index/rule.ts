import { migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "concurrent refresh without a unique index",
  detects: "`REFRESH MATERIALIZED VIEW CONCURRENTLY` of a view without a unique index on plain columns",
  effect: "PostgreSQL refuses it (SQLSTATE 55000), so the migration fails",
  remedy: "Make a unique index on columns of the view, without WHERE, first",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html",
      says: "Without CONCURRENTLY a refresh locks out those who read the view",
    },
  ],

  judge(change, before) {
    if (change.kind !== "refresh" || !change.concurrently) return null;
    const view = before.table(change.relation);
    if (!view || (!view.complete && !view.createdHere)) return null;
    if (view.indexes.some((each) => each.unique && each.valid && each.predicate === null && each.keys.every((key) => key.column !== null)))
      return null;
    return {
      message: `${readableQualified(change.relation)} has no unique index on plain columns, which a concurrent refresh needs`,
      about: change.relation,
      safer: [],
    };
  },
});
