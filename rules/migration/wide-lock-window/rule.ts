import {
  hasLockTimeout,
  inLaterMigration,
  inUse,
  migrationRule,
  readableQualified,
  relationKey,
  sameRelation,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "several tables locked in one transaction",
  detects: "ACCESS EXCLUSIVE on a second table in use while the first is still locked",
  effect: "The first stays locked while the second waits for its turn, and two such transactions can deadlock",
  remedy: "One strong lock per transaction",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(_change, before, context) {
    if (before.transaction.kind === "none" || hasLockTimeout(before)) return null;
    const own = context.locks
      .filter((each) => each.mode === "AccessExclusiveLock" && inUse(before, each.relation))
      .map((each) => each.relation);
    const held = before.transaction.held.filter((each) => each.mode === "AccessExclusiveLock").map((each) => each.relation);
    const fresh = own.find((each) => !held.some((other) => sameRelation(other, each)));
    const [first] = held;
    const several = new Set(held.map(relationKey)).size > 1;
    // Said once per transaction, and not of a table with its own partitions or of what a single statement locks together.
    if (
      !fresh ||
      !first ||
      several ||
      before.children(fresh).some((each) => sameRelation(each, first)) ||
      before.children(first).some((each) => sameRelation(each, fresh))
    )
      return null;
    return {
      message: `${readableQualified(first)} stays locked against every query while this waits for ${readableQualified(fresh)}`,
      about: fresh,
      safer: inLaterMigration(context, before).length > 0 ? ["-- in a transaction of its own"] : [],
    };
  },
});
