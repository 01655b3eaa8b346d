import { aboutServer, daysInWords, evidence, plural, setSystem, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Sessions sit idle in a transaction",
  severity: "warning",
  detects: "sessions that began a transaction and then do nothing, with no timeout that ends them",
  effect: "their locks stop others, and VACUUM waits for them",
  remedy: "Set idle_in_transaction_session_timeout, and end transactions before talking to anything else",
  leaveAlone: "an application cannot bear that its connection is ended; then set it for the other roles",
  needs: ["sessions", "settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT",
      says: "Terminate any session that has been idle within an open transaction for longer than the specified amount of time",
    },
  ],
  options: { maxSeconds: { default: 300, min: 1, max: 1e7, unit: "s", doc: "Sessions idle for less are left alone" } },

  *advise({ health, amount, options }) {
    const { sessions } = health;
    if (!sessions) return;
    const longest = sessions.longestIdleInTransactionSeconds ?? 0;
    if (longest < options.maxSeconds && sessions.idleBlockers === 0) return;
    const timeout = amount("idle_in_transaction_session_timeout");
    if (timeout === null || timeout > 0) return;
    yield {
      about: aboutServer,
      severity: sessions.idleBlockers > 0 ? "error" : "warning",
      message:
        `${plural(sessions.idleInTransaction, "session")} idle in a transaction, one for ${daysInWords(longest / 86_400)}` +
        (sessions.idleBlockers > 0 ? `; ${plural(sessions.idleBlockers, "of them makes", "of them make")} others wait for a lock` : ""),
      evidence: [
        evidence("idle in a transaction", sessions.idleInTransaction, "sessions"),
        evidence("longest", longest * 1000, "ms"),
        evidence("that block others", sessions.idleBlockers, "sessions"),
        evidence("idle_in_transaction_session_timeout", "0"),
      ],
      ...setSystem("idle_in_transaction_session_timeout", "5min"),
      takesEffect: "reload",
      trial: {
        kind: "arithmetic",
        formula: "time of reading − state_change of sessions in state idle in transaction; pg_blocking_pids() of those that wait",
      },
    };
  },
});
