import {
  and,
  comparisonsOf,
  dayLiteral,
  integerOf,
  type Node,
  plainCall,
  type QueryLevel,
  rangeIndex,
  replaceFilters,
  rewriteRule,
  spanCondition,
  textOf,
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

  rewrite: replaceFilters(({ node, level }, { catalog }) => {
    const between = betweenYears(node, level);
    if (between) return { to: between, because };
    for (const { left, operator, right } of comparisonsOf(node)) {
      const column = yearOf(left, level);
      const year = integerOf(right);
      const to = column && year !== null ? condition(column, operator, year) : null;
      if (to && column) return { to, because, suggests: rangeIndex(level.column(column), catalog) };
    }
    return null;
  }),
});

const because = "years are ranges of time, which an index on the column or its histogram can find";

function yearOf(node: Node, level: QueryLevel): Node | null {
  const args = plainCall(node, "extract") ?? plainCall(node, "date_part");
  const column = args?.[1];
  if (!column || args.length !== 2 || textOf(args[0])?.toLowerCase() !== "year") return null;
  const type = level.column(column)?.column.baseType ?? "";
  return ["timestamp", "timestamptz", "date"].includes(type) ? column : null;
}

/** Four-digit years only: earlier ones need BC or padding. */
function condition(column: Node, operator: string, year: bigint): Node | null {
  if (year < 1000n || year > 9998n) return null;
  const firstDay = (of: bigint) => dayLiteral(new Date(Date.UTC(Number(of), 0, 1)));
  return spanCondition(column, operator, { low: firstDay(year), after: firstDay(year + 1n) });
}

function betweenYears(node: Node, level: QueryLevel): Node | null {
  if (!("A_Expr" in node) || node.A_Expr.kind !== "AEXPR_BETWEEN" || !node.A_Expr.lexpr) return null;
  const column = yearOf(node.A_Expr.lexpr, level);
  const [low, high] = node.A_Expr.rexpr && "List" in node.A_Expr.rexpr ? (node.A_Expr.rexpr.List.items ?? []) : [];
  const [first, last] = [integerOf(low), integerOf(high)];
  if (!column || first === null || last === null) return null;
  const from = condition(column, ">=", first);
  const to = condition(column, "<=", last);
  return from && to ? and(from, to) : null;
}
