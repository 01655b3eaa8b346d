import { aboutTable, daysInWords, evidence, figure, rowsChanged, setStorage, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Autovacuum comes late",
  severity: "warning",
  detects: "large tables with updates and deletes whose autovacuum waits for a fifth of their rows to be dead",
  effect: "dead rows are read by every scan and kept in every index until a vacuum that takes hours removes them",
  remedy: "Give the table a scale factor of its own, so that vacuums come often and each has little to do",
  leaveAlone: "the table is only filled and emptied in bulk, or a job vacuums it at a quiet hour",
  needs: ["settings", "maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM",
      says: "vacuum threshold = vacuum base threshold + vacuum scale factor * number of tuples",
    },
  ],
  gates: [
    {
      from: 18,
      changes: "autovacuum_vacuum_max_threshold caps the threshold at 100 million rows unless it is set",
      source: {
        url: "https://www.postgresql.org/docs/18/release-18.html",
        says: "Add server variable autovacuum_vacuum_max_threshold to specify the fixed number of dead tuples that will trigger a vacuum",
      },
    },
  ],
  options: {
    minRows: { default: 1_000_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables at the server's setting" },
    deadShare: { default: 0.02, min: 0.001, max: 0.5, unit: "of the rows", doc: "Part of the rows that may be dead before a vacuum" },
  },

  *advise({ tables, catalog, options, postgres, perDay, tableSetting }) {
    for (const table of tables) {
      const rows = catalog.rows(table);
      const changed = rowsChanged(table);
      const factor = tableSetting(table, "autovacuum_vacuum_scale_factor");
      const base = tableSetting(table, "autovacuum_vacuum_threshold");
      if (rows === null || rows < options.minRows || changed === null || factor === null || base === null) continue;
      if (table.storageParameters.some((each) => /^autovacuum_enabled=(off|false|0|no)$/.test(each))) continue;
      const cap = postgres >= 18 ? tableSetting(table, "autovacuum_vacuum_max_threshold") : null;
      const threshold = Math.min(base + factor * rows, cap === null || cap < 0 ? Number.POSITIVE_INFINITY : cap);
      // Not oftener than once an hour: each vacuum reads every index.
      const daily = perDay(changed);
      const wanted = Math.max(options.deadShare, Number(((daily ?? 0) / 24 / rows).toFixed(3)));
      const after = base + wanted * rows;
      if (threshold <= 2 * after || changed < after) continue;
      yield {
        about: aboutTable(table),
        message:
          `Autovacuum waits for ${figure(threshold)} dead rows` +
          (daily === null ? "" : `, about ${daysInWords(threshold / daily)} of updates and deletes`) +
          `; with a scale factor of ${wanted} it comes at ${figure(after)}`,
        evidence: [
          evidence("rows", rows, "rows"),
          evidence("dead rows now", table.activity?.deadRows ?? 0, "rows"),
          evidence("updates and deletes since the counters were reset", changed, "rows"),
          ...(daily === null ? [] : [evidence("per day", daily, "rows")]),
        ],
        ...setStorage(table, { autovacuum_vacuum_scale_factor: wanted }),
        trial: {
          kind: "arithmetic",
          formula:
            `threshold = autovacuum_vacuum_threshold + scale factor × rows = ${figure(base)} + ${factor} × ${figure(rows)}` +
            `${cap !== null && threshold === cap ? `, capped at ${figure(cap)}` : ""} = ${figure(threshold)}; ` +
            `with ${wanted}: ${figure(after)}`,
        },
      };
    }
  },
});
