import { aboutTable, bytes, evidence, figure, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Large arrays in rows that change",
  severity: "note",
  detects: "array columns with hundreds of elements in tables that are updated",
  effect: "changing one element writes the whole array again, and finding one reads it whole",
  remedy: "Give the elements a table of their own, one row each",
  leaveAlone: "the array is written once and always read whole, as a vector is",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/arrays.html#ARRAYS-SEARCHING",
      says: "Arrays are not sets; searching for specific array elements can be a sign of database misdesign. Consider using a separate table with a row for each item that would be an array element",
    },
  ],
  options: {
    minElements: { default: 200, min: 2, max: 1e6, unit: "elements", doc: "Mean number of elements from which an array is large" },
    minUpdates: { default: 1_000, min: 0, max: 1e12, unit: "rows", doc: "Updates of the table since the counters were reset" },
  },

  *advise({ tables, families, options }) {
    for (const table of tables) {
      const updates = table.activity?.rowsUpdated ?? 0;
      if (table.kind !== "table" || updates < options.minUpdates) continue;
      for (const column of table.columns.filter((each) => each.category === "A")) {
        const mean = column.statistics?.elementCountHistogram?.at(-1) ?? 0;
        if (mean < options.minElements) continue;
        const assigned = families.some((family) => family.shape?.assigns?.includes(column.name));
        if (!assigned) continue;
        const width = column.statistics?.averageWidthBytes ?? 0;
        yield {
          about: aboutTable(table, column.name),
          message: `Its arrays hold ${figure(mean)} elements on average and statements update them: each update writes one whole array again`,
          evidence: [
            evidence("elements, mean", mean),
            evidence("mean width in the row", width, "bytes"),
            evidence("updates", updates, "rows"),
          ],
          apply: [],
          undo: [],
          trial: {
            kind: "arithmetic",
            formula: `mean of pg_stats.elem_count_histogram = ${figure(mean)}; n_tup_upd = ${figure(updates)}; ${bytes(width)} in the row, more in TOAST`,
          },
        };
      }
    }
  },
});
