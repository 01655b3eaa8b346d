import { aboutServer, evidence, listed, tuningRule } from "../../../src/rule/index.ts";

const words = {
  "set-session": "SET without LOCAL",
  listen: "LISTEN",
  prepare: "PREPARE in SQL",
  "temporary-table": "temporary tables that outlive their transaction",
  "cursor-with-hold": "cursors WITH HOLD",
  "advisory-lock": "advisory locks of the session",
  load: "LOAD",
} as const;

const sessionLocks = new Set(["pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock", "pg_try_advisory_lock_shared"]);

export default tuningRule({
  title: "Session state stands in the way of transaction pooling",
  severity: "note",
  detects: "commands in the workload that leave something in the session, which a pooler in transaction mode hands to somebody else",
  effect: "settings, locks and temporary tables turn up in other clients' transactions, or vanish",
  remedy:
    "Use SET LOCAL, transaction-level advisory locks, ON COMMIT DROP and the protocol's prepared statements; keep LISTEN on a direct connection",
  leaveAlone: "no pooler stands before the server, or it works in session mode",
  needs: ["sessionCommands", "sessions"],
  sources: [
    {
      url: "https://www.pgbouncer.org/features.html#sql-feature-map-for-pooling-modes",
      says: "Transaction pooling never supports SET/RESET, LISTEN, WITH HOLD CURSOR, PREPARE / DEALLOCATE, PRESERVE/DELETE ROWS temp tables, LOAD, session-level advisory locks",
    },
  ],
  options: { minSessions: { default: 50, min: 0, max: 1e5, unit: "sessions", doc: "Below this many sessions nobody needs a pooler" } },

  *advise({ health, families, statements, options }) {
    const { sessions } = health;
    if (!sessions || sessions.active + sessions.idle + sessions.idleInTransaction < options.minSessions) return;
    const calls = new Map((health.sessionCommands ?? []).map(({ kind, calls: count }) => [kind, count]));
    // Statements that only call a function read no table, so that they are in no family.
    const bare = statements
      .filter((each) => /\bpg_(try_)?advisory_lock(_shared)?\s*\(/i.test(each.sql))
      .reduce((sum, each) => sum + each.calls, 0);
    const called = families
      .filter((each) => each.shape?.functions.some((name) => sessionLocks.has(name)))
      .reduce((sum, each) => sum + each.load.calls, 0);
    const locks = Math.max(calls.get("advisory-lock") ?? 0, bare, called);
    if (locks > 0) calls.set("advisory-lock", locks);
    if (calls.size === 0) return;
    const found = [...calls].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    yield {
      about: aboutServer,
      message: `The workload uses ${listed(found.map(([kind]) => words[kind]))}: none of it survives transaction pooling`,
      evidence: found.map(([kind, count]) => evidence(words[kind], count, "calls")),
      apply: [],
      undo: [],
      trial: {
        kind: "arithmetic",
        formula: "calls by kind of command in pg_stat_statements; utility commands are there only with track_utility",
      },
    };
  },
});
