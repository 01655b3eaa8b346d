import { aboutTable, evidence, figure, percent, readableQualified, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Statistics are stale",
  severity: "warning",
  detects: "tables of which much changed since ANALYZE, or that were never analysed, partitioned ones as a whole",
  effect: "the planner reckons with values and row counts that are no longer so",
  remedy: "Run ANALYZE now, and after loads from the job that loads",
  leaveAlone: "the changes do not move the distribution, as in a table that is wholly rewritten with like rows",
  needs: ["settings", "maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS",
      says: "It is important to have reasonably accurate statistics, otherwise poor choices of plans might degrade database performance",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-analyze.html",
      says: "The autovacuum daemon does not process partitioned tables [...] it is usually necessary to periodically run a manual ANALYZE to keep the statistics of the table hierarchy up to date",
    },
  ],
  options: {
    changedShare: { default: 0.3, min: 0.01, max: 10, unit: "of the rows", doc: "Part of the rows changed since ANALYZE" },
    minRows: { default: 10_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" },
  },

  *advise({ tables, catalog, options, postgres }) {
    for (const parent of catalog.all.relations) {
      if (parent.kind !== "partitioned-table" || parent.parents.length > 0) continue;
      const parts = catalog.children(parent).filter((each) => each.kind === "table");
      const rows = parts.reduce((sum, each) => sum + Math.max(each.rows ?? 0, each.activity?.liveRows ?? 0), 0);
      // Where no column of any partition may be read either, the role is what is missing.
      const seen = parts.some((part) => part.columns.some((each) => each.statistics !== null));
      if (!seen || rows < options.minRows || parent.columns.some((each) => each.inheritedStatistics !== null)) continue;
      yield {
        about: aboutTable(parent),
        message: `It was never analysed as a whole: autovacuum analyses its ${figure(parts.length)} partitions, and never the table that they are parts of`,
        evidence: [evidence("partitions", parts.length), evidence("rows of all", rows, "rows")],
        apply: [`ANALYZE ${readableQualified(parent)}`],
        undo: [],
        help: "Run it now and from a job: statements that read several partitions are planned by the statistics of the whole. It reads a sample of every partition",
        trial: {
          kind: "arithmetic",
          formula: "pg_stats has rows of the partitions (inherited = false) and none of the whole (inherited = true)",
        },
      };
    }
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
      // A session that loads and analyses tells of its rows afterwards: they count as changed, though the table has not grown since.
      const changedInPlace = activity.rowsUpdated + activity.rowsDeleted;
      if (changedInPlace === 0 && table.currentPages <= table.pages) continue;
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
