import {
  alterTable,
  hasLockTimeout,
  inUse,
  migrationRule,
  readableIdent,
  readableQualified,
  shortLockTimeout,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "dropping a foreign key locks both tables",
  detects: "`DROP CONSTRAINT` of a foreign key",
  effect: "ACCESS EXCLUSIVE on the referring and on the referenced table: a busy referenced table stops behind it",
  remedy: "Set a short lock_timeout and retry",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT",
      says: "lock_timeout aborts a statement that waits longer than this for a lock",
    },
  ],

  judge(change, before) {
    if (change.kind !== "drop-constraint" || !inUse(before, change.relation)) return null;
    const constraint = before.table(change.relation)?.constraints.find((each) => each.name === change.name);
    if (!constraint?.references || constraint.addedHere) return null;
    if (hasLockTimeout(before)) return null;
    return {
      message: `Dropping ${readableIdent(change.name)} locks out every query on ${readableQualified(change.relation)} and on ${readableQualified(constraint.references.relation)}`,
      about: change.relation,
      safer: [shortLockTimeout, `${alterTable(change.relation)} DROP CONSTRAINT ${readableIdent(change.name)}`],
    };
  },
});
