import {
  aboutServer,
  evidence,
  figure,
  isHorizonHeld,
  isOverdue,
  listed,
  mostCostLimit,
  overdueTimes,
  readableQualified,
  relationKey,
  setSystem,
  tuningRule,
  vacuumLoads,
  vacuumPace,
} from "../../../src/rule/index.ts";

/** Below, a worker that ends is as good as one more. */
const fewestWaiting = 3;
const mostWorkers = 10;

export default tuningRule({
  title: "Tables wait for a free autovacuum worker",
  severity: "note",
  detects: "all of autovacuum's workers busy while several other tables are overdue",
  effect: "small hot tables wait for hours behind the vacuum of a large one",
  remedy: "Allow more workers, and raise the cost limit that they share by as much",
  leaveAlone: "it is the first vacuum after a restore or an upgrade, which everything waits for once",
  needs: ["settings", "maintenance", "vacuum"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM",
      says: "If several large tables all become eligible for vacuuming in a short amount of time, all autovacuum workers might become occupied with vacuuming those tables for a long period. This would result in other tables and databases not being vacuumed until a worker becomes available",
    },
  ],
  gates: [
    {
      from: 18,
      changes: "autovacuum_max_workers takes effect with a reload, up to autovacuum_worker_slots",
      source: {
        url: "https://www.postgresql.org/docs/18/release-18.html",
        says: "Allow the maximum number of autovacuum workers to be adjusted at runtime: autovacuum_max_workers, up to the new variable autovacuum_worker_slots",
      },
    },
  ],

  *advise(context) {
    const { amount, health, postgres, standby } = context;
    const most = amount("autovacuum_max_workers");
    const { vacuum } = health;
    if (standby || most === null || vacuum === null || vacuum.autovacuumWorkers < most || isHorizonHeld(health)) return;
    const running = new Set(vacuum.running.map(relationKey));
    const waiting = vacuumLoads(context)
      .filter((each) => isOverdue(each) && !running.has(relationKey(each.table)))
      .toSorted((a, b) => b.deadRows / b.threshold - a.deadRows / a.threshold || (a.table.name < b.table.name ? -1 : 1));
    const slots = postgres >= 18 ? (amount("autovacuum_worker_slots") ?? mostWorkers) : mostWorkers;
    const wanted = Math.min(mostWorkers, slots, most * 2);
    if (waiting.length < fewestWaiting || wanted <= most) return;
    const pace = vacuumPace(amount);
    const workers = setSystem("autovacuum_max_workers", String(wanted));
    const limit = pace === null ? null : Math.min(mostCostLimit, Math.round((pace.limit * wanted) / most));
    yield {
      about: aboutServer,
      message: `All ${figure(most)} autovacuum workers are busy, and ${figure(waiting.length)} tables wait with over ${overdueTimes} times the dead rows that call for a vacuum`,
      evidence: [
        evidence("workers busy", vacuum.autovacuumWorkers),
        evidence("autovacuum_max_workers", most),
        evidence("vacuums of this database", listed(vacuum.running.map(readableQualified)) || "none"),
        evidence("waiting", listed(waiting.slice(0, 5).map((each) => readableQualified(each.table)))),
      ],
      ...workers,
      takesEffect: postgres >= 18 ? "reload" : "restart",
      help: `Allow ${figure(wanted)} workers${limit === null ? "" : `, and raise autovacuum_vacuum_cost_limit to ${figure(limit)} with it: they share it, and would each be slower`}. Each takes up to autovacuum_work_mem`,
      trial: {
        kind: "arithmetic",
        formula: `workers in pg_stat_activity at one look, against autovacuum_max_workers; n_dead_tup against ${overdueTimes} × (threshold + scale factor × rows) of tables that no vacuum is at`,
      },
    };
  },
});
