import { aboutServer, evidence, figure, percent, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Many connections, few at work",
  severity: "note",
  detects: "hundreds of sessions of which nearly all are idle",
  effect: "each is a process with caches of its own, each snapshot looks through all of them, and a burst wakes them together",
  remedy: "Put a pooler in transaction mode before the server, with a few connections for each core",
  leaveAlone: "each application server has a pool of its own that is as small as it can be, or sessions need state of their own",
  needs: ["sessions", "settings"],
  sources: [
    {
      url: "https://wiki.postgresql.org/wiki/Number_Of_Database_Connections",
      says: "You can generally improve both latency and throughput by limiting the number of database connections with active transactions to match the available number of resources",
    },
    {
      url: "https://www.pgbouncer.org/features.html",
      says: "Transaction pooling: a server connection is assigned to a client only during a transaction",
    },
  ],
  options: {
    minSessions: { default: 200, min: 10, max: 1e5, unit: "sessions", doc: "Fewer sessions are left alone" },
    minIdle: { default: 0.8, min: 0.1, max: 1, unit: "of the sessions", doc: "Part of them that is idle" },
  },

  *advise({ health, amount, options }) {
    const { sessions } = health;
    if (!sessions) return;
    const total = sessions.active + sessions.idle + sessions.idleInTransaction;
    if (total < options.minSessions || sessions.idle / total < options.minIdle) return;
    const most = amount("max_connections");
    yield {
      about: aboutServer,
      severity: most !== null && total > most * 0.8 ? "warning" : "note",
      message: `${figure(total)} sessions are open and ${figure(sessions.active)} are at work`,
      evidence: [
        evidence("sessions", total),
        evidence("active", sessions.active),
        evidence("idle", sessions.idle),
        evidence("max_connections", most ?? "not read"),
      ],
      apply: [],
      undo: [],
      trial: { kind: "arithmetic", formula: `idle ÷ sessions = ${percent(sessions.idle / total)} at the moment of reading: a single look` },
    };
  },
});
