import { alsoLocked, alterTable, does, inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "new partition locks the parent",
  detects: "`CREATE TABLE … PARTITION OF` an existing table",
  effect: "ACCESS EXCLUSIVE on the parent, and on its DEFAULT partition, which is read as well: all use waits",
  remedy: "Create a plain table LIKE the parent and ATTACH it, which takes SHARE UPDATE EXCLUSIVE on the parent",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-partitioning.html",
      says: "How partitions are added, attached and detached with the least locking",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-createtable.html",
      says: "The parts of a table definition and what each of them locks",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "create-table" || !change.partitionOf || !inUse(before, change.partitionOf)) return null;
    if (change.ifNotExists && before.table(change.relation)) return null;
    const others = alsoLocked(context, "AccessExclusiveLock", change.partitionOf);
    return {
      message: `Creating ${readableQualified(change.relation)} as a partition locks out every query on ${[change.partitionOf, ...others].map(readableQualified).join(", ")}${does(context, "scan") ? ", and reads the default partition" : ""}`,
      about: change.partitionOf,
      safer: [
        `CREATE TABLE ${readableQualified(change.relation)} (LIKE ${readableQualified(change.partitionOf)} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)`,
        `-- then ${alterTable(change.partitionOf)} ATTACH PARTITION with the same bound`,
      ],
    };
  },
});
