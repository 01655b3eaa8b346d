import {
  and,
  betweenOf,
  type CatalogView,
  comparisonsOf,
  dayLiteral,
  equalitiesOf,
  extracted,
  integerOf,
  later,
  type Node,
  type QueryLevel,
  type RewriteProposal,
  type RewriteStatement,
  rangeIndex,
  replaceFilters,
  rewriteRule,
  sameTree,
  spanCondition,
  withSelect,
  type ZonedColumn,
  zonedColumn,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "EXTRACT(YEAR FROM column) compared with a year",
  effect: "No index on the column can serve the condition, and the planner guesses that it keeps 0.5 % of the rows",
  remedy: "Compare the bare column with the first day of the year and of the next one",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-EXTRACT",
      says: "year is a field that grows with time, unlike month or day, which come again every year",
    },
  ],

  *rewrite(statement, context) {
    yield* monthsOfYears(statement, context.catalog);
    yield* years(statement, context);
  },
});

const years = replaceFilters<Record<string, never>>(({ node, level }, { catalog }) => {
  const between = betweenYears(node, level);
  if (between) return { to: between.to, because, ...about(between.column, level, catalog) };
  for (const { left, operator, right } of comparisonsOf(node)) {
    const column = yearOf(left, level);
    const year = integerOf(right);
    const to = column && year !== null ? condition(column, operator, year) : null;
    if (to && column) return { to, because, ...about(column, level, catalog) };
  }
  return null;
});

/** `EXTRACT(YEAR …) = 2024 AND EXTRACT(MONTH …) = 5` of one column, which together are a range. */
function* monthsOfYears(statement: RewriteStatement, catalog: CatalogView): Iterable<RewriteProposal> {
  for (const level of statement.levels)
    for (const yearly of level.where) {
      const year = fieldIs("year", yearly);
      const of = year && momentOf(year.moment, level);
      if (!of || year.value < 1000n || year.value > 9998n) continue;
      const monthly = level.where.find((each) => {
        const month = fieldIs("month", each);
        return month && month.value >= 1n && month.value <= 12n && sameTree(month.moment, year.moment);
      });
      const month = monthly && fieldIs("month", monthly);
      if (!month) continue;
      const start = new Date(Date.UTC(Number(year.value), Number(month.value) - 1, 1));
      const range = spanCondition(of.column, "=", {
        low: of.bound(dayLiteral(start)),
        after: of.bound(dayLiteral(later("month", start, 1))),
      });
      if (!range) continue;
      const where = level.where.filter((each) => each !== monthly).map((each) => (each === yearly ? range : each));
      yield {
        node: withSelect(statement, level, { whereClause: and(...where) }),
        because: "a month of a year is a range of time, which an index on the column or its histogram can find",
        assumes: [],
        contract: "same-result",
        ...about(of, level, catalog),
      };
    }
}

/** `EXTRACT(field FROM moment) = number`. */
function fieldIs(field: string, node: Node): { readonly moment: Node; readonly value: bigint } | null {
  for (const { left, right } of equalitiesOf(node)) {
    const moment = extracted(field, left);
    const value = integerOf(right);
    if (moment && value !== null) return { moment, value };
  }
  return null;
}

const because = "years are ranges of time, which an index on the column or its histogram can find";

/** A date column, or a timestamp that may stand on the clock of a zone. */
type Of = Pick<ZonedColumn, "column" | "bound">;

function about({ column }: Of, level: QueryLevel, catalog: CatalogView) {
  return { suggests: rangeIndex(level.column(column), catalog) };
}

function yearOf(node: Node, level: QueryLevel): Of | null {
  const moment = extracted("year", node);
  return moment && momentOf(moment, level);
}

function momentOf(node: Node, level: QueryLevel): Of | null {
  return level.column(node)?.column.baseType === "date" ? { column: node, bound: (day) => day } : zonedColumn(node, level);
}

/** Four-digit years only: earlier ones need BC or padding. */
function condition({ column, bound }: Of, operator: string, year: bigint): Node | null {
  if (year < 1000n || year > 9998n) return null;
  const firstDay = (of: bigint) => bound(dayLiteral(new Date(Date.UTC(Number(of), 0, 1))));
  return spanCondition(column, operator, { low: firstDay(year), after: firstDay(year + 1n) });
}

function betweenYears(node: Node, level: QueryLevel): { readonly to: Node; readonly column: Of } | null {
  const [low, high] = betweenOf(node);
  const column = low ? yearOf(low.left, level) : null;
  const [first, last] = [integerOf(low?.right), integerOf(high?.right)];
  if (!column || !low || !high || first === null || last === null) return null;
  const from = condition(column, low.operator, first);
  const to = condition(column, high.operator, last);
  return from && to ? { to: and(from, to), column } : null;
}
