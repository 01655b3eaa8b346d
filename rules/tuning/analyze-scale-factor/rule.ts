import { aboutTable, daysInWords, evidence, figure, setStorage, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "ANALYZE comes late",
  severity: "note",
  detects: "hot tables so large that a tenth of their rows must change before autovacuum analyses them",
  effect: "the newest values, which most statements ask for, lie outside the histogram for days",
  remedy: "Give the table an analyze scale factor of its own",
  leaveAlone: "its distribution does not move with time, and no statement asks for the newest rows",
  needs: ["settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM",
      says: "analyze threshold = analyze base threshold + analyze scale factor * number of tuples",
    },
  ],
  options: {
    minRows: { default: 1_000_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables at the server's setting" },
    maxDays: { default: 3, min: 0.1, max: 365, unit: "days", doc: "Longest time between two automatic ANALYZEs" },
    changedShare: { default: 0.01, min: 0.0005, max: 0.5, unit: "of the rows", doc: "Factor to propose at most" },
  },

  *advise({ tables, catalog, options, perDay, tableSetting }) {
    for (const table of tables) {
      const rows = catalog.rows(table);
      const { activity } = table;
      const factor = tableSetting(table, "autovacuum_analyze_scale_factor");
      const base = tableSetting(table, "autovacuum_analyze_threshold");
      if (rows === null || rows < options.minRows || activity === null || factor === null || base === null) continue;
      const written = perDay(activity.rowsInserted + activity.rowsUpdated + activity.rowsDeleted);
      if (written === null || written < 1000) continue;
      const threshold = base + factor * rows;
      const days = threshold / written;
      if (days <= options.maxDays) continue;
      const wanted = Math.max(0.001, Math.min(options.changedShare, Number((written / rows).toFixed(3))));
      if (factor <= 2 * wanted) continue;
      yield {
        about: aboutTable(table),
        message: `It is analysed after ${figure(threshold)} changed rows, every ${daysInWords(days)}; with ${wanted} every ${daysInWords((base + wanted * rows) / written)}`,
        evidence: [
          evidence("rows", rows, "rows"),
          evidence("rows written per day", written, "rows"),
          evidence("days between ANALYZEs", days, "days"),
        ],
        ...setStorage(table, { autovacuum_analyze_scale_factor: wanted }),
        trial: {
          kind: "arithmetic",
          formula: `(autovacuum_analyze_threshold + scale factor × rows) ÷ rows written per day = (${figure(base)} + ${factor} × ${figure(rows)}) ÷ ${figure(written)}`,
        },
      };
    }
  },
});
