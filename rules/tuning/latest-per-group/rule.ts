import { aboutStatement, evidence, figure, readableQualified, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "The latest row of each group is found by reading all",
  severity: "note",
  detects: "DISTINCT ON and row_number() over large tables with many rows for each group",
  effect: "every row of every group is read and sorted, to keep one of each",
  remedy:
    "Ask for each group's first row by an index (LATERAL … ORDER BY … LIMIT 1 over the list of groups), or keep a table of latest values",
  leaveAlone: "the statement narrows the rows to few for each group first",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-LATERAL",
      says: "It is often particularly handy to LEFT JOIN to a LATERAL subquery, so that source rows will appear in the result even if the LATERAL subquery produces no rows for them",
    },
    {
      url: "https://wiki.postgresql.org/wiki/Loose_indexscan",
      says: "A recursive CTE or LATERAL join reads one index entry for each distinct value",
    },
  ],
  options: {
    minRows: { default: 100_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" },
    minPerGroup: { default: 20, min: 2, max: 1e9, unit: "rows", doc: "Rows for each group from which reading all is waste" },
  },

  *advise({ families, catalog, options }) {
    for (const family of families) {
      if (!family.shape?.latestPerGroup || family.kind !== "select") continue;
      const groups = [
        ...family.scans.flatMap((scan) => scan.grouping.slice(0, 1).map((each) => each.column)),
        ...family.shape.windows.flatMap((each) => each.partitionBy.slice(0, 1)),
      ];
      const found = family.scans.flatMap((scan) => {
        const rows = catalog.rows(scan.relation);
        const column = groups.find((each) => each !== null && catalog.column(scan.relation, each) !== null) ?? null;
        const distinct = column === null ? null : catalog.distinct(scan.relation, column);
        if (rows === null || column === null || distinct === null || rows < options.minRows || scan.predicates.length > 0) return [];
        return [{ relation: scan.relation, column, rows, distinct }];
      });
      const [first] = found.toSorted((a, b) => b.rows - a.rows);
      if (!first || first.rows / first.distinct < options.minPerGroup) continue;
      const { relation, column, rows, distinct } = first;
      yield {
        about: aboutStatement(family),
        message: `It reads ${figure(rows)} rows of ${readableQualified(relation)} to keep about ${figure(distinct)}, one for each ${column}`,
        evidence: [
          evidence("rows read", rows, "rows"),
          evidence("groups", distinct),
          evidence("rows for each group", rows / distinct, "rows"),
          evidence("calls", family.load.calls),
        ],
        apply: [],
        undo: [],
        trial: {
          kind: "arithmetic",
          formula: `rows ÷ distinct ${column} = ${figure(rows)} ÷ ${figure(distinct)}; one index descent for each group reads about ${figure(distinct * 4)} pages at most`,
        },
      };
    }
  },
});
