import { aboutStatement, evidence, figure, isTimestamp, readableQualified, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "A moving window runs over all of time",
  severity: "note",
  detects: "window functions ordered by time over large tables without a bound on that time",
  effect: "the whole history is read and sorted to show its end",
  remedy:
    "Bound the time in WHERE, a window's length earlier than what is shown, or keep sums by hour or day and run the window over these",
  leaveAlone: "the whole history is what the statement is for, and it runs rarely",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/tutorial-window.html",
      says: "the rows considered by a window function are those of the virtual table produced by the query's FROM clause as filtered by its WHERE, GROUP BY, and HAVING clauses",
    },
  ],
  options: { minRows: { default: 1_000_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" } },

  *advise({ families, catalog, options }) {
    for (const family of families) {
      const times = new Set(family.shape?.windows.flatMap((each) => each.orderBy) ?? []);
      if (times.size === 0 || family.shape?.latestPerGroup || family.kind !== "select") continue;
      for (const scan of family.scans) {
        const rows = catalog.rows(scan.relation);
        const column = [...times].find((name) => isTimestamp(catalog.column(scan.relation, name)?.baseType ?? null));
        if (rows === null || rows < options.minRows || column === undefined) continue;
        // Any filter may leave few rows; only an unbounded scan surely does not.
        if (scan.predicates.length > 0 || scan.disjunctions.length > 0) continue;
        yield {
          about: aboutStatement(family),
          message: `Its window over ${column} reads all ${figure(rows)} rows of ${readableQualified(scan.relation)}`,
          evidence: [evidence("rows read", rows, "rows"), evidence("calls", family.load.calls)],
          apply: [],
          undo: [],
          trial: { kind: "arithmetic", formula: `rows of the table = ${figure(rows)}, and no condition narrows them before the window` },
        };
        break;
      }
    }
  },
});
