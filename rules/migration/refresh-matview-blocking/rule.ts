import { inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "materialised view refreshed under lock",
  detects: "`REFRESH MATERIALIZED VIEW` without CONCURRENTLY",
  effect: "ACCESS EXCLUSIVE on the view until its query is done: readers wait",
  remedy: "REFRESH … CONCURRENTLY, which needs a unique index on the view",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html",
      says: "Without CONCURRENTLY a refresh locks out those who read the view",
    },
  ],

  judge(change, before) {
    if (change.kind !== "refresh" || change.concurrently || !change.withRows || !inUse(before, change.relation)) return null;
    const unique =
      before
        .table(change.relation)
        ?.indexes.some((each) => each.unique && each.valid && each.predicate === null && each.keys.every((key) => key.column !== null)) ??
      false;
    return {
      message: `Refreshing ${readableQualified(change.relation)} locks out its readers until the query is done`,
      about: change.relation,
      safer: unique || !before.hasCatalog ? [`REFRESH MATERIALIZED VIEW CONCURRENTLY ${readableQualified(change.relation)}`] : [],
      ...(unique || !before.hasCatalog ? {} : { help: "Make a unique index on columns of the view, then refresh CONCURRENTLY" }),
    };
  },
});
