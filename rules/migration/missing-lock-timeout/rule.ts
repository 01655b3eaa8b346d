import { inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "no lock_timeout",
  detects: "A strong lock on a table in use, with no lock_timeout set",
  effect: "The statement may wait behind one long query, and everybody else behind the statement",
  remedy: "SET lock_timeout at the start of the file, and retry",
  severity: "note",
  offByDefault: true,
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT",
      says: "lock_timeout aborts a statement that waits longer than this for a lock",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before, context) {
    if (before.setting("lock_timeout") !== null && before.setting("lock_timeout") !== "0") return null;
    const strong = context.locks.find((each) => blocking.has(each.mode) && inUse(before, each.relation));
    if (!strong || (change.kind === "create-index" && change.concurrently)) return null;
    const told = before.earlier.some(({ locks }) => locks.some((each) => blocking.has(each.mode) && inUse(before, each.relation)));
    if (told) return null;
    return {
      message: `No lock_timeout is set when this asks for a lock on ${readableQualified(strong.relation)} that others wait behind`,
      about: strong.relation,
      safer: ["SET lock_timeout = '5s'"],
    };
  },
});

/** Modes that stop writers, or readers as well. */
const blocking = new Set(["ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"]);
