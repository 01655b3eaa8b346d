import { hasLockTimeout, inUse, migrationRule, readableIdent, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "trigger made on a table in use",
  detects: "`CREATE TRIGGER` on a table that is in use",
  effect: "SHARE ROW EXCLUSIVE: the statement waits for running writes, and new writes wait behind it",
  remedy: "Set a short lock_timeout and retry",
  severity: "note",
  sources: [
    { url: "https://www.postgresql.org/docs/current/sql-createtrigger.html", says: "CREATE TRIGGER on a table takes SHARE ROW EXCLUSIVE" },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before) {
    if (change.kind !== "create-trigger" || !inUse(before, change.relation)) return null;
    if (hasLockTimeout(before)) return null;
    return {
      message: `Creating the trigger ${readableIdent(change.name)} stops writes to ${readableQualified(change.relation)} while it waits for its lock`,
      about: change.relation,
      safer: [shortLockTimeout],
    };
  },
});
