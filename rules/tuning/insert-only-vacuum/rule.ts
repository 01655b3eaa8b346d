import {
  aboutTable,
  evidence,
  figure,
  isOrdinaryTable,
  percent,
  readableQualified,
  setStorage,
  tuningRule,
} from "../../../src/rule/index.ts";

export default tuningRule({
  title: "An insert-only table is vacuumed late",
  severity: "note",
  detects: "large tables that only grow, whose pages are not marked all-visible for a long time",
  effect: "index-only scans visit the table, and one day a vacuum has to freeze all of it at once",
  remedy: "Let autovacuum come by the rows inserted, in small steps",
  leaveAlone: "nobody reads the fresh rows by an index-only scan and the machine is idle enough for the large vacuum",
  needs: ["settings", "maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM",
      says: "vacuum insert threshold = vacuum base insert threshold + vacuum insert scale factor * number of tuples",
    },
  ],
  gates: [
    {
      from: 13,
      changes: "inserts alone trigger autovacuum (autovacuum_vacuum_insert_threshold and _scale_factor); before, only a job can",
      source: {
        url: "https://www.postgresql.org/docs/13/release-13.html",
        says: "Allow inserts, not only updates and deletes, to trigger vacuuming activity in autovacuum",
      },
    },
    {
      from: 18,
      changes: "the insert threshold counts only the part of the table that is not frozen yet, so that the default comes often enough",
      source: {
        url: "https://www.postgresql.org/docs/18/release-18.html",
        says: "Change the autovacuum insert threshold to consider only the percentage of the table not already frozen",
      },
    },
  ],
  options: {
    minRows: { default: 10_000_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables at the server's setting" },
    insertShare: { default: 0.02, min: 0.001, max: 0.5, unit: "of the rows", doc: "Rows inserted before a vacuum" },
  },

  *advise({ tables, catalog, options, postgres, maintenance, tableSetting }) {
    if (postgres >= 18) return;
    for (const table of tables) {
      const rows = catalog.rows(table);
      const { activity } = table;
      const done = maintenance(table);
      if (!isOrdinaryTable(table) || rows === null || rows < options.minRows || activity === null || done === null) continue;
      const changed = activity.rowsUpdated + activity.rowsDeleted;
      if (activity.rowsInserted < rows * options.insertShare || changed > activity.rowsInserted * 0.05) continue;
      const visible = table.currentPages === 0 ? 1 : table.allVisiblePages / table.currentPages;
      if (visible > 0.95) continue;
      const known = [
        evidence("rows", rows, "rows"),
        evidence("inserted since the counters were reset", activity.rowsInserted, "rows"),
        evidence("pages all-visible", visible, "share"),
        evidence("vacuums", done.vacuums + done.autovacuums),
      ];
      if (postgres < 13) {
        yield {
          about: aboutTable(table),
          message: `Only ${percent(visible)} of its pages are all-visible: before PostgreSQL 13 inserts alone never bring autovacuum`,
          evidence: known,
          apply: [`VACUUM (FREEZE, ANALYZE) ${readableQualified(table)}`],
          undo: [],
          help: "Run this from a job after large loads, or every night",
          trial: {
            kind: "arithmetic",
            formula: `relallvisible ÷ pages = ${percent(visible)}; inserts do not count towards autovacuum's threshold`,
          },
        };
        continue;
      }
      const factor = tableSetting(table, "autovacuum_vacuum_insert_scale_factor");
      const base = tableSetting(table, "autovacuum_vacuum_insert_threshold");
      if (factor === null || base === null || base < 0 || factor <= 2 * options.insertShare) continue;
      const [threshold, after] = [base + factor * rows, base + options.insertShare * rows];
      yield {
        about: aboutTable(table),
        message: `Autovacuum waits for ${figure(threshold)} inserted rows, and ${percent(visible)} of its pages are all-visible; with ${options.insertShare} it comes at ${figure(after)}`,
        evidence: known,
        ...setStorage(table, { autovacuum_vacuum_insert_scale_factor: options.insertShare }),
        trial: {
          kind: "arithmetic",
          formula: `autovacuum_vacuum_insert_threshold + scale factor × rows = ${figure(base)} + ${factor} × ${figure(rows)} = ${figure(threshold)}`,
        },
      };
    }
  },
});
