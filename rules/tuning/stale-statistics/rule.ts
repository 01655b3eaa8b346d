import { aboutTable, evidence, figure, percent, readableQualified, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Statistics are stale",
  severity: "warning",
  detects: "tables of which much changed since ANALYZE, or that were never analysed",
  effect: "the planner reckons with values and row counts that are no longer so",
  remedy: "Run ANALYZE now, and after loads from the job that loads",
  leaveAlone: "the changes do not move the distribution, as in a table that is wholly rewritten with like rows",
  needs: ["settings", "maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS",
      says: "It is important to have reasonably accurate statistics, otherwise poor choices of plans might degrade database performance",
    },
  ],
  options: {
    changedShare: { default: 0.3, min: 0.01, max: 10, unit: "of the rows", doc: "Part of the rows changed since ANALYZE" },
    minRows: { default: 10_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" },
  },

  *advise({ tables, options, postgres }) {
    for (const table of tables) {
      const { activity } = table;
      if (activity === null) continue;
      const analyze = `ANALYZE ${readableQualified(table)}`;
      const bare = table.columns.every((column) => column.statistics === null);
      if (activity.lastAnalyze === null && bare && (table.rows === null || table.rows < 0) && activity.liveRows >= options.minRows) {
        yield {
          about: aboutTable(table),
          message: `It was never analysed and holds about ${figure(activity.liveRows)} rows: the planner guesses from its size alone`,
          evidence: [evidence("live rows", activity.liveRows, "rows"), evidence("pages", table.currentPages, "pages")],
          apply: [analyze],
          undo: [],
          trial: {
            kind: "arithmetic",
            formula: "pg_stat_all_tables.last_analyze and last_autoanalyze are null, and pg_stats has no row of it",
          },
        };
        continue;
      }
      const rows = Math.max(table.rows ?? 0, activity.liveRows);
      const share = rows > 0 ? activity.rowsModifiedSinceAnalyze / rows : 0;
      if (rows < options.minRows || share < options.changedShare) continue;
      yield {
        about: aboutTable(table),
        message: `${figure(activity.rowsModifiedSinceAnalyze)} rows changed since it was last analysed, ${percent(share)} of the table`,
        evidence: [
          evidence("rows changed since ANALYZE", activity.rowsModifiedSinceAnalyze, "rows"),
          evidence("rows", rows, "rows"),
          evidence("last analysed", activity.lastAnalyze ?? (postgres >= 15 ? "never" : "unknown")),
        ],
        apply: [analyze],
        undo: [],
        trial: {
          kind: "arithmetic",
          formula: `n_mod_since_analyze ÷ rows = ${figure(activity.rowsModifiedSinceAnalyze)} ÷ ${figure(rows)} = ${percent(share)}`,
        },
      };
    }
  },
});
