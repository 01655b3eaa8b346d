import { aboutServer, daysInWords, evidence, figure, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "A transaction has been open for long",
  severity: "warning",
  detects: "transactions that were open for over an hour when the server was read",
  effect: "VACUUM removes no row that died since, in any table of the database",
  remedy: "Commit in smaller pieces; run reports on a standby or with a cursor per batch",
  leaveAlone: "it is a dump or an index build that will end, and the server has seen it before",
  needs: ["sessions"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY",
      says: "dead row versions cannot be removed while they are still visible to any transaction",
    },
  ],
  options: { maxSeconds: { default: 3600, min: 10, max: 1e7, unit: "s", doc: "Transactions open for less are left alone" } },

  *advise({ health, options, standby, setting }) {
    const { sessions } = health;
    const open = sessions?.oldestTransactionSeconds ?? 0;
    if (!sessions || open < options.maxSeconds) return;
    // A standby's readers hold back VACUUM only by feedback; without it they are cancelled instead.
    if (standby && setting("hot_standby_feedback") !== "on") return;
    yield {
      about: aboutServer,
      message: `The oldest transaction has been open for ${daysInWords(open / 86_400)}`,
      evidence: [
        evidence("open for", open * 1000, "ms"),
        ...(sessions.oldestXminAge === null ? [] : [evidence("oldest snapshot", sessions.oldestXminAge, "transactions")]),
        evidence("sessions idle in a transaction", sessions.idleInTransaction),
      ],
      apply: [],
      undo: [],
      help: `${standby ? "It is a reader of this standby, whose feedback reaches the primary. " : ""}Find it: SELECT pid, state, xact_start FROM pg_stat_activity ORDER BY xact_start LIMIT 5. A bound for all: idle_in_transaction_session_timeout, and from PostgreSQL 17 transaction_timeout`,
      trial: { kind: "arithmetic", formula: `time of reading − min(xact_start) = ${figure(open)} s, seen once: a single look` },
    };
  },
});
