import { inUse, migrationRule, reachesAllRows, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "rows changed under the lock of a DDL statement",
  detects: "UPDATE or DELETE of many rows in a transaction that has changed a table before",
  effect: "ACCESS EXCLUSIVE from the first statement is held until the last row is written: nobody even reads the table",
  remedy: "Commit the DDL first; fill the rows in batches by key, each in its own transaction",
  severity: "warning",
  insteadOf: ["update-all-rows", "delete-all-rows", "work-under-access-exclusive"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before) {
    if ((change.kind !== "update" && change.kind !== "delete") || before.transaction.kind === "none") return null;
    if (!inUse(before, change.relation) || !reachesAllRows(change, before)) return null;
    const held = before.transaction.held.filter((each) => each.mode === "AccessExclusiveLock").map((each) => each.relation);
    const [first] = held;
    if (!first) return null;
    return {
      message: `${change.kind === "update" ? "UPDATE" : "DELETE"} of all rows of ${readableQualified(change.relation)} runs while ${[...new Set(held.map(readableQualified))].join(", ")} ${held.length === 1 ? "is" : "are"} locked against every query`,
      about: change.relation,
      safer: ["-- in the next migration, or better a job: batches by key, each in its own transaction"],
    };
  },
});
