import { indexSql, inUse, migrationRule } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "lock timeout too short for a concurrent build",
  detects: "A lock_timeout of seconds in force when an index is built CONCURRENTLY",
  effect: "The build waits for every older transaction as if for a lock: the timeout cancels it and an INVALID index stays behind",
  remedy: "Set lock_timeout to 0, or to longer than the longest transaction, for this statement",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT",
      says: "lock_timeout aborts a statement that waits longer than this for a lock",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      says: "CREATE INDEX locks out writes until it is done; CONCURRENTLY does not, and cannot run in a transaction block",
    },
  ],
  options: {
    minSeconds: { default: 60, min: 0, max: 86_400, unit: "s", doc: "Shortest lock_timeout that leaves old transactions time to end" },
  },

  judge(change, before, context) {
    const builds = (change.kind === "create-index" || change.kind === "reindex") && change.concurrently;
    if (!builds || before.transaction.kind !== "none") return null;
    if (change.kind === "create-index" && !inUse(before, change.relation)) return null;
    const seconds = secondsOf(before.setting("lock_timeout"));
    if (seconds === null || seconds === 0 || seconds >= context.options.minSeconds) return null;
    return {
      message: `lock_timeout is ${before.setting("lock_timeout")}, so the first transaction older than that cancels the concurrent build and leaves an INVALID index`,
      ...(change.kind === "create-index" ? { about: change.relation } : {}),
      safer: ["SET lock_timeout = 0", ...(change.kind === "create-index" ? [indexSql(change, true)] : []), "RESET lock_timeout"],
    };
  },
});

/** A setting in seconds: without a unit it counts milliseconds. Null when unknown. */
function secondsOf(value: string | null): number | null {
  const [, number, unit = "ms"] = /^\s*([\d.]+)\s*(us|ms|s|min|h|d)?\s*$/.exec(value ?? "") ?? [];
  const factor = { us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86_400 }[unit];
  return number === undefined || factor === undefined ? null : Number(number) * factor;
}
