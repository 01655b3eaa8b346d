import { inLaterMigration, inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "slow work under the lock of an earlier statement",
  detects: "A scan, an index build or a large read in a transaction that already holds ACCESS EXCLUSIVE on a table in use",
  effect: "Nobody even reads that table until the slow statement is done",
  remedy: "Take the strong lock last, in a transaction of its own",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before, context) {
    if (before.transaction.kind === "none") return null;
    const slow =
      context.work.some((each) => each.kind !== "update" && inUse(before, each.relation)) ||
      (change.kind === "insert" && change.fromQuery) ||
      (change.kind === "create-table-as" && change.withRows && change.reads.length > 0);
    const strong = context.locks.some((each) => each.mode === "AccessExclusiveLock");
    if (!slow || strong || change.kind === "attach-partition") return null;
    const held = [
      ...new Set(
        before.transaction.held.filter((each) => each.mode === "AccessExclusiveLock").map((each) => readableQualified(each.relation)),
      ),
    ];
    if (held.length === 0) return null;
    return {
      message: `This takes as long as its tables are large, while ${held.join(", ")} ${held.length === 1 ? "is" : "are"} locked against every query`,
      safer: inLaterMigration(context, before).length > 0 ? ["-- in a transaction of its own, before the statements that lock"] : [],
    };
  },
});
