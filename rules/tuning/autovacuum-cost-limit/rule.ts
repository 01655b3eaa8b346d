import {
  aboutServer,
  bytes,
  evidence,
  figure,
  isHorizonHeld,
  isOverdue,
  listed,
  mostCostLimit,
  percent,
  readableQualified,
  setSystem,
  tuningRule,
  vacuumLoads,
  vacuumPace,
} from "../../../src/rule/index.ts";

const dayMs = 86_400_000;
/** Of the day that vacuums may take once the limit is raised: our choice, November 2026. */
const wantedShare = 0.4;

export default tuningRule({
  title: "Autovacuum is slowed down too much to keep up",
  severity: "warning",
  detects: "more vacuum work than autovacuum's cost limit lets through, with tables overdue",
  effect: "dead rows grow faster than they are removed, and more workers do not help: they share the limit",
  remedy: "Raise autovacuum_vacuum_cost_limit",
  leaveAlone: "the disks are at their limit already: then fewer, cheaper vacuums are what helps (fewer indexes, HOT updates, partitions)",
  needs: ["settings", "maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-autovacuum.html",
      says: "Note that the value is distributed proportionally among the running autovacuum workers, if there is more than one, so that the sum of the limits for each worker does not exceed the value of this variable",
    },
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-resource.html#RUNTIME-CONFIG-RESOURCE-VACUUM-COST",
      says: "The estimated cost charged when vacuum modifies a block that was previously clean. The default value is 20",
    },
  ],
  options: {
    minShare: {
      default: 0.8,
      min: 0.1,
      max: 10,
      unit: "of the day",
      doc: "Time that the vacuums asked for take, as a part of the day",
    },
  },

  *advise(context) {
    const { amount, health, options, standby } = context;
    const pace = vacuumPace(amount);
    if (standby || pace === null || isHorizonHeld(health)) return;
    const loads = vacuumLoads(context).filter((each) => each.perDay !== null);
    const daily = loads.map((each) => ({ ...each, ms: (each.perDay ?? 0) * (each.cost / pace.limit) * pace.delayMs }));
    const share = daily.reduce((sum, each) => sum + each.ms, 0) / dayMs;
    const overdue = daily.filter(isOverdue);
    const wanted = Math.min(mostCostLimit, Math.ceil((pace.limit * share) / wantedShare / 100) * 100);
    if (share < options.minShare || overdue.length === 0 || wanted <= pace.limit) return;
    const largest = daily.toSorted((a, b) => b.ms - a.ms || (a.table.name < b.table.name ? -1 : 1)).slice(0, 3);
    yield {
      about: aboutServer,
      message: `At ${figure(pace.limit)} cost units every ${pace.delayMs} ms the vacuums that are due each day take about ${percent(share)} of it, and ${figure(overdue.length)} ${overdue.length === 1 ? "table is" : "tables are"} overdue`,
      evidence: [
        evidence("vacuum work a day", share * dayMs, "ms"),
        evidence("cost limit", pace.limit),
        evidence("cost delay", pace.delayMs, "ms"),
        evidence("most of it", listed(largest.map((each) => readableQualified(each.table)))),
        evidence("overdue", listed(overdue.slice(0, 5).map((each) => readableQualified(each.table)))),
      ],
      ...setSystem("autovacuum_vacuum_cost_limit", String(wanted)),
      takesEffect: "reload",
      help: `Raise autovacuum_vacuum_cost_limit, so that they take at most ${percent((share * pace.limit) / wanted)} of the day, and watch the disks: it lets through up to ${bytes(((wanted / (amount("vacuum_cost_page_dirty") ?? 20)) * 8192 * 1000) / pace.delayMs)} of dirtied pages a second. More workers would share the same limit`,
      trial: {
        kind: "arithmetic",
        formula:
          "sum over tables of (updates that were not HOT + deletes) per day ÷ vacuum threshold × cost ÷ limit × delay; cost = pages touched × (hit + dirty) + index pages × hit, as if every page came from the cache; pages touched = n (1 − e^(−threshold ÷ n)) of the n that are not all-visible",
      },
    };
  },
});
