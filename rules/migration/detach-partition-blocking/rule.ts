import { alterTable, inUse, migrationRule, outsideTransaction, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "DETACH that locks the parent",
  detects: "`DETACH PARTITION` without CONCURRENTLY",
  effect: "ACCESS EXCLUSIVE on the parent and on the partition: all use of the whole table waits",
  remedy: "DETACH PARTITION … CONCURRENTLY, outside a transaction",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-partitioning.html",
      says: "How partitions are added, attached and detached with the least locking",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],
  gates: [
    {
      from: 14,
      changes: "DETACH PARTITION CONCURRENTLY exists",
      source: { url: "https://www.postgresql.org/docs/release/14.0/", says: "Allow partitions to be detached in a non-blocking manner" },
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "detach-partition" || change.concurrently || !inUse(before, change.relation)) return null;
    const hasDefault = before.children(change.relation).some((each) => each.bound === "DEFAULT");
    const detach = `${alterTable(change.relation)} DETACH PARTITION ${readableQualified(change.partition)}`;
    const concurrently = context.postgres >= 14 && !hasDefault;
    return {
      message: `Detaching ${readableQualified(change.partition)} locks out every query on ${readableQualified(change.relation)}`,
      about: change.relation,
      ...(concurrently
        ? {}
        : {
            severity: "note" as const,
            help: `There is no concurrent way ${hasDefault ? "with a default partition" : "before PostgreSQL 14"}: set a short lock_timeout and retry`,
          }),
      safer: concurrently ? outsideTransaction(context, before, `${detach} CONCURRENTLY`) : [shortLockTimeout, detach],
    };
  },
});
