import { alterTable, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "whole rows in the write-ahead log",
  detects: "`REPLICA IDENTITY FULL`",
  effect: "Every update and delete logs the whole old row, and the subscriber looks for it by comparing all columns",
  remedy: "Use the primary key, or a unique index without nulls",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/logical-replication-publication.html",
      says: "UPDATE and DELETE of a published table need a replica identity",
    },
  ],

  judge(change, before) {
    if (change.kind !== "replica-identity" || change.to !== "full") return null;
    const table = before.table(change.relation);
    const key = table?.indexes.find((each) => each.primary);
    return {
      message: `Each update and delete of ${readableQualified(change.relation)} logs the whole old row`,
      about: change.relation,
      safer: key ? [`${alterTable(change.relation)} REPLICA IDENTITY DEFAULT`] : [],
    };
  },
});
