import { hasLockTimeout, inUse, migrationRule, readableQualified, sameRelation, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "row security or a policy on a table in use",
  detects: "`ENABLE ROW LEVEL SECURITY`, `CREATE POLICY`, `DROP POLICY` on a table that is in use",
  effect: "ACCESS EXCLUSIVE: the statement waits for every running query, and every new one waits behind it",
  remedy: "Set a short lock_timeout and retry",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
      says: "With row security on and no policy every row is denied to all but the owner",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before) {
    const policy =
      change.kind === "create-policy" || change.kind === "alter-policy" || (change.kind === "drop" && change.what === "policy");
    if (!policy && change.kind !== "enable-rls") return null;
    const relation = "relation" in change ? change.relation : null;
    if (relation === null || !inUse(before, relation) || hasLockTimeout(before)) return null;
    const told = before.earlier.some(
      ({ change: past }) =>
        (past.kind === "create-policy" || past.kind === "alter-policy" || past.kind === "enable-rls") &&
        sameRelation(past.relation, relation),
    );
    if (told) return null;
    return {
      message: `${policy ? "A policy" : "Row security"} of ${readableQualified(relation)} changes under a lock that keeps out every query`,
      about: relation,
      safer: [shortLockTimeout],
    };
  },
});
