import { migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "table without a primary key",
  detects: "`CREATE TABLE` without PRIMARY KEY or UNIQUE",
  effect: "Logical replication refuses updates and deletes of such a table, and double rows cannot be told apart",
  remedy: "Give it a primary key",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/logical-replication-publication.html",
      says: "UPDATE and DELETE of a published table need a replica identity",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-createtable.html",
      says: "The parts of a table definition and what each of them locks",
    },
  ],

  *conclude(after) {
    for (const at of after.earlier) {
      const { change } = at;
      if (
        change.kind !== "create-table" ||
        change.temporary ||
        change.partitioned ||
        change.partitionOf ||
        change.like.length > 0 ||
        change.inherits.length > 0
      )
        continue;
      const table = after.table(change.relation);
      if (
        !table?.createdHere ||
        table.parents.length > 0 ||
        table.constraints.some((each) => each.kind === "primary-key" || each.kind === "unique") ||
        table.indexes.some((each) => each.unique)
      )
        continue;
      yield {
        at,
        message: `${readableQualified(change.relation)} has neither a primary key nor a unique constraint`,
        about: change.relation,
        safer: [],
      };
    }
  },
});
