import { inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "new table locks a busy referenced table",
  detects: "`CREATE TABLE … REFERENCES` a table with many writes",
  effect:
    "SHARE ROW EXCLUSIVE on the referenced table until the transaction ends: its writers wait, and queue when the lock has to wait itself",
  remedy: "Create the table without the key, then add it in a transaction of its own with a short lock_timeout and retries",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createtable.html",
      says: "The parts of a table definition and what each of them locks",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],
  options: {
    minWritesPerSecond: { default: 10, min: 0, max: 1e6, unit: "rows/s", doc: "Rows written to the referenced table that make it busy" },
  },

  judge(change, before, context) {
    if (change.kind !== "create-table" || !context.hasFigures || context.countingDays === null) return null;
    const seconds = context.countingDays * 86_400;
    for (const { relation } of context.locks.filter((each) => each.mode === "ShareRowExclusiveLock")) {
      const activity = before.table(relation)?.before?.activity;
      const rate = activity ? (activity.rowsInserted + activity.rowsUpdated + activity.rowsDeleted) / Math.max(1, seconds) : 0;
      if (!inUse(before, relation) || rate < context.options.minWritesPerSecond) continue;
      return {
        message: `Creating ${readableQualified(change.relation)} makes about ${Math.round(rate)} writes per second on ${readableQualified(relation)} wait until the transaction ends`,
        about: relation,
        safer: [],
      };
    }
    return null;
  },
});
