import {
  aboutTable,
  evidence,
  figure,
  indexedColumns,
  isOrdinaryTable,
  percent,
  sameRelation,
  setStorage,
  tuningRule,
} from "../../../src/rule/index.ts";

/** Usable bytes of a heap page (bufpage.h). */
const pageBytes = 8168;

export default tuningRule({
  title: "Updates find no room on their page",
  severity: "note",
  detects: "updated tables whose new row versions go to other pages although no indexed column changes",
  effect: "each such update writes into every index, and the old version waits for VACUUM instead of the next reader",
  remedy: "Leave room on each page with a lower fillfactor, so that updates stay HOT",
  leaveAlone: "the updates change indexed columns, or the table is scanned whole so often that its size matters more",
  needs: ["maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/storage-hot.html",
      says: "There is sufficient free space on the page containing the old row for the updated row. You can increase the likelihood by decreasing a table's fillfactor",
    },
  ],
  gates: [
    {
      from: 16,
      changes: "n_tup_newpage_upd counts updates that found no room, so that the workload need not tell",
      source: {
        url: "https://www.postgresql.org/docs/16/release-16.html",
        says: "Add counters to count updates that moved to a new page: pg_stat_*_tables.n_tup_newpage_upd",
      },
    },
  ],
  options: {
    minUpdates: { default: 100_000, min: 0, max: 1e15, unit: "rows", doc: "Updates since the counters were reset" },
    minMissed: { default: 0.2, min: 0.01, max: 1, unit: "of the updates", doc: "Part of the updates that could be HOT and are not" },
  },

  *advise({ tables, catalog, families, maintenance, options, postgres }) {
    for (const table of tables) {
      const { activity } = table;
      const rows = catalog.rows(table);
      if (!isOrdinaryTable(table) || activity === null || rows === null || rows < 1 || activity.rowsUpdated < options.minUpdates) continue;
      if (table.storageParameters.some((each) => each.startsWith("fillfactor=") && each !== "fillfactor=100")) continue;
      const hot = activity.rowsHotUpdated / activity.rowsUpdated;
      const indexed = indexedColumns(table, { heapOnly: postgres >= 16 });
      const updates = families.filter(
        (family) => family.shape?.assigns && family.scans.some((scan) => scan.role === "update" && sameRelation(scan.relation, table)),
      );
      const calls = updates.reduce((sum, each) => sum + each.load.calls, 0);
      const plain = updates.filter((each) => each.shape?.assigns?.every((column) => !indexed.has(column)));
      const possible = calls === 0 ? null : plain.reduce((sum, each) => sum + each.load.calls, 0) / calls;
      const moved = postgres >= 16 ? maintenance(table)?.updatesToNewPage : null;
      const missed = moved != null ? Math.min(moved / activity.rowsUpdated, possible ?? 1) : possible === null ? 0 : possible - hot;
      if (missed < options.minMissed) continue;
      const rowBytes = (table.currentPages * 8192) / rows;
      // Room for two more versions of a row, and never less than a tenth of the page.
      const fillfactor = Math.max(50, Math.min(90, 100 - Math.ceil((200 * rowBytes) / pageBytes)));
      yield {
        about: aboutTable(table),
        message: `${percent(missed)} of ${figure(activity.rowsUpdated)} updates could stay on their page and did not; ${percent(hot)} are HOT`,
        evidence: [
          evidence("updates", activity.rowsUpdated, "rows"),
          evidence("HOT updates", hot, "share"),
          ...(moved == null ? [] : [evidence("updates that went to another page", moved, "rows")]),
          ...(possible === null ? [] : [evidence("calls that change no indexed column", possible, "share")]),
        ],
        ...setStorage(table, { fillfactor }),
        help: "Only pages written from now on leave the room; VACUUM FULL or pg_repack rewrites the rest",
        trial: {
          kind: "arithmetic",
          formula:
            moved == null
              ? "calls that assign no indexed column ÷ calls − n_tup_hot_upd ÷ n_tup_upd"
              : "n_tup_newpage_upd ÷ n_tup_upd, no more than the calls that assign no indexed column",
        },
      };
    }
  },
});
