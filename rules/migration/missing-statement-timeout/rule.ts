import { inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "no statement_timeout",
  detects: "A strong lock on a table in use, with no statement_timeout set",
  effect: "A statement that takes longer than expected keeps its lock as long as it likes",
  remedy: "SET statement_timeout at the start of the file, and retry",
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
    if (before.setting("statement_timeout") !== null && before.setting("statement_timeout") !== "0") return null;
    const strong = context.locks.find((each) => blocking.has(each.mode) && inUse(before, each.relation));
    if (!strong || (change.kind === "create-index" && change.concurrently)) return null;
    const told = before.earlier.some(({ locks }) => locks.some((each) => blocking.has(each.mode) && inUse(before, each.relation)));
    if (told) return null;
    return {
      message: `No statement_timeout is set when this asks for a lock on ${readableQualified(strong.relation)} that others wait behind`,
      about: strong.relation,
      safer: ["SET statement_timeout = '15min'"],
    };
  },
});

/** Modes that stop writers, or readers as well. */
const blocking = new Set(["ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"]);
