import { aboutStatement, evidence, figure, milliseconds, percent, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "A heavy aggregate is computed again and again",
  severity: "note",
  detects: "aggregates without parameters that take long and run often",
  effect: "the same rows are read and summed for every visitor of the same page",
  remedy: "Keep the result in a materialized view and refresh it as often as its readers need it fresh",
  leaveAlone: "every reader must see the last row, or the recommended index already makes it quick",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/rules-materializedviews.html",
      says: "access to the data stored in a materialized view is often much faster than accessing the underlying tables directly or through a view, the data is not always current",
    },
  ],
  options: {
    minMs: { default: 500, min: 1, max: 1e7, unit: "ms", doc: "Mean time from which it is heavy" },
    refreshMinutes: { default: 10, min: 1, max: 10_080, unit: "minutes", doc: "Age of the result that its readers accept" },
    minGain: { default: 0.5, min: 0.05, max: 0.99, unit: "of its time", doc: "Least part of the time that refreshing must save" },
  },

  *advise({ families, tables, options }) {
    for (const family of families) {
      const { load, shape } = family;
      const { meanTimeMs, callsPerDay } = load;
      if (family.kind !== "select" || !shape?.hasAggregate || shape.locking !== null || meanTimeMs === null || callsPerDay === null)
        continue;
      if (meanTimeMs < options.minMs || family.parameterCount > 0 || /\$\d/.test(family.normalizedSql)) continue;
      const refreshes = (24 * 60) / options.refreshMinutes;
      const gain = 1 - refreshes / callsPerDay;
      if (gain < options.minGain) continue;
      const name = `summary_${family.id.slice(0, 8)}`;
      if (tables.some((each) => each.name === name)) continue;
      yield {
        about: aboutStatement(family),
        message: `It takes ${milliseconds(meanTimeMs)} and runs ${figure(callsPerDay)} times a day; refreshed every ${options.refreshMinutes} minutes it would run ${figure(refreshes)} times`,
        evidence: [
          evidence("calls per day", callsPerDay),
          evidence("mean time", meanTimeMs, "ms"),
          evidence("time a day now", callsPerDay * meanTimeMs, "ms"),
          evidence("time a day refreshing", refreshes * meanTimeMs, "ms"),
        ],
        apply: [`CREATE MATERIALIZED VIEW ${name} AS ${family.normalizedSql}`],
        undo: [`DROP MATERIALIZED VIEW ${name}`],
        help: "Refresh it from a job; with a unique index REFRESH … CONCURRENTLY lets readers read on. For many groups of which few change, keep a summary table by trigger instead",
        trial: {
          kind: "arithmetic",
          formula: `1 − refreshes ÷ calls per day = 1 − ${figure(refreshes)} ÷ ${figure(callsPerDay)} = ${percent(gain)} of its time; a refresh costs about one run`,
        },
      };
    }
  },
});
