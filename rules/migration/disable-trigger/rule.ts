import { hasLockTimeout, inUse, migrationRule, readableIdent, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "trigger disabled for everybody",
  detects: "`ALTER TABLE … DISABLE TRIGGER`",
  effect: "SHARE ROW EXCLUSIVE, and until it is enabled again nobody is checked: with ALL foreign keys are off as well",
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
    if (change.kind !== "toggle-trigger" || change.enable || !inUse(before, change.relation)) return null;
    if (hasLockTimeout(before)) return null;
    return {
      message: `${change.trigger === null ? "Triggers" : `The trigger ${readableIdent(change.trigger)}`} of ${readableQualified(change.relation)} ${change.trigger === null ? "are" : "is"} off for every session, not just for this one`,
      about: change.relation,
      safer: [shortLockTimeout],
    };
  },
});
