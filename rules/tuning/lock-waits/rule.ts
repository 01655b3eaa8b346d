import { aboutServer, evidence, figure, plural, setSystem, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Sessions wait for locks",
  severity: "warning",
  detects: "sessions that waited long for a lock when the server was read, and deadlocks counted",
  effect: "work queues behind one transaction, and a deadlock undoes one that has to be run again",
  remedy: "Lock rows in one order, keep transactions short, take the strongest lock first, and log who waits",
  leaveAlone: "a migration is running at this moment, and its wait is the one that was seen",
  needs: ["sessions", "database", "settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS",
      says: "The best defense against deadlocks is generally to avoid them by being certain that all applications using a database acquire locks on multiple objects in a consistent order",
    },
  ],
  options: {
    maxSeconds: { default: 10, min: 1, max: 1e6, unit: "s", doc: "Waits shorter than this are left alone" },
    maxDeadlocksPerDay: { default: 1, min: 0, max: 1e6, unit: "per day", doc: "Deadlocks that are left alone" },
  },

  *advise({ health, setting, options, perDay }) {
    const { sessions, database } = health;
    if (!sessions || !database) return;
    const wait = sessions.longestLockWaitSeconds ?? 0;
    const deadlocks = perDay(database.deadlocks);
    const often = deadlocks !== null && deadlocks > options.maxDeadlocksPerDay;
    if (wait < options.maxSeconds && !often) return;
    const silent = setting("log_lock_waits") === "off";
    yield {
      about: aboutServer,
      message: [
        ...(wait >= options.maxSeconds
          ? [`${plural(sessions.waitingForLock, "session waits", "sessions wait")} for a lock, one for ${figure(wait)} s`]
          : []),
        ...(often ? [`${figure(deadlocks ?? 0)} deadlocks a day`] : []),
      ].join("; "),
      evidence: [
        evidence("waiting", sessions.waitingForLock, "sessions"),
        evidence("longest wait", wait * 1000, "ms"),
        evidence("deadlocks", database.deadlocks),
        evidence("blocked by an idle transaction", sessions.idleBlockers, "sessions"),
      ],
      ...(silent ? setSystem("log_lock_waits", "on") : { apply: [], undo: [] }),
      ...(silent ? { takesEffect: "reload" as const } : {}),
      trial: {
        kind: "arithmetic",
        formula: "pg_stat_activity where wait_event_type = Lock, seen once; pg_stat_database.deadlocks ÷ days of counting",
      },
    };
  },
});
