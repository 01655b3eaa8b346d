import { inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "primary key dropped",
  detects: "`DROP CONSTRAINT` of a primary key",
  effect: "Logical replication loses the replica identity, so updates and deletes of a published table fail; statements lose the index",
  remedy: "Set another replica identity first, and build what replaces the key before",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/logical-replication-publication.html",
      says: "UPDATE and DELETE of a published table need a replica identity",
    },
  ],

  judge(change, before) {
    if (change.kind !== "drop-constraint" || !inUse(before, change.relation)) return null;
    const constraint = before.table(change.relation)?.constraints.find((each) => each.name === change.name);
    const isKey = constraint ? constraint.kind === "primary-key" : !before.hasCatalog && change.name === `${change.relation.name}_pkey`;
    if (!isKey) return null;
    return {
      message: `${readableQualified(change.relation)} loses its primary key, and with it the index and the replica identity`,
      about: change.relation,
      safer: [],
    };
  },
});
