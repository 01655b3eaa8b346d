import { hasLockTimeout, inUse, migrationRule, readableIdent, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "trigger dropped on a table in use",
  detects: "`DROP TRIGGER` on a table that is in use",
  effect: "ACCESS EXCLUSIVE: the statement waits for every running query, and every new one waits behind it",
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
    if (change.kind !== "drop" || change.what !== "trigger" || !change.relation || !inUse(before, change.relation)) return null;
    if (hasLockTimeout(before)) return null;
    return {
      message: `Dropping the trigger ${change.names.map((each) => readableIdent(each.name)).join(", ")} locks out every query on ${readableQualified(change.relation)}`,
      about: change.relation,
      safer: [shortLockTimeout],
    };
  },
});
