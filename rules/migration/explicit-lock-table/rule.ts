import { inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "table locked by hand",
  detects: "`LOCK TABLE` on a table that is in use",
  effect: "Without a mode it is ACCESS EXCLUSIVE: all use waits until the transaction ends",
  remedy: "Name the weakest mode that serves, after SET lock_timeout",
  severity: "warning",
  sources: [{ url: "https://www.postgresql.org/docs/current/sql-lock.html", says: "LOCK TABLE without a mode takes ACCESS EXCLUSIVE" }],

  judge(change, before) {
    if (change.kind !== "lock-table") return null;
    const weak = ["AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock"];
    const used = change.relations.filter((each) => inUse(before, each));
    const [first] = used;
    if (!first || weak.includes(change.mode)) return null;
    return {
      message: `LOCK TABLE keeps ${change.mode === "AccessExclusiveLock" ? "every query" : "every write"} off ${used.map(readableQualified).join(", ")} until the transaction ends`,
      about: first,
      safer: [],
    };
  },
});
