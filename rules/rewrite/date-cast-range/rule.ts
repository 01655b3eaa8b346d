import {
  and,
  betweenOf,
  type CatalogView,
  cast,
  comparisonsOf,
  dayLiteral,
  dayOf,
  integerConst,
  interval,
  later,
  literalOf,
  type Node,
  operation,
  plainCall,
  type QueryLevel,
  rangeIndex,
  replaceFilters,
  rewriteRule,
  spanCondition,
  type ZonedColumn,
  zonedColumn,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A timestamp column cast to date and compared with a day",
  effect: "No index on the column can serve the condition, and an index on the cast of a timestamptz is not allowed",
  remedy: "Compare the bare column with the day's start and the next day's start",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-datetime.html",
      says: "a date compared with a timestamptz stands for midnight of that day in the session's time zone",
    },
    {
      url: "https://www.postgresql.org/docs/current/datatype-datetime.html",
      says: "timestamps have a resolution of one microsecond; days are not always 24 hours where clocks change",
    },
  ],

  rewrite: replaceFilters(({ node, level }, { catalog }) => {
    const between = betweenDays(node, level);
    if (between) return { to: between.to, because, ...about(between.column, catalog) };
    for (const { left, operator, right } of comparisonsOf(node)) {
      const column = dateOf(left, level);
      if (!column) continue;
      const to = condition(column, operator, right, level);
      if (to) return { to, because, ...about(column, catalog) };
    }
    return null;
  }),
});

function about({ use, assumes }: ZonedColumn, catalog: CatalogView) {
  return { suggests: rangeIndex(use, catalog), assumes };
}

const because = "the range reads only the rows of the days asked for, which an index on the column or its histogram can find";

/** `column` of `column::date` or `date(column)`, where it may stand on the clock of a zone. */
function dateOf(node: Node, level: QueryLevel): ZonedColumn | null {
  const arg = "TypeCast" in node && isDate(node) ? node.TypeCast.arg : plainCall(node, "date")?.[0];
  return arg ? zonedColumn(arg, level) : null;
}

function isDate(node: Node): boolean {
  const names = "TypeCast" in node ? (node.TypeCast.typeName?.names ?? []) : [];
  const last = names.at(-1);
  return last !== undefined && "String" in last && last.String.sval === "date";
}

function condition(of: ZonedColumn, operator: string, value: Node, level: QueryLevel): Node | null {
  const literal = literalOf(value);
  const day = literal?.kind === "text" && (literal.type === null || literal.type === "date") ? dayOf(literal.text) : null;
  if (day) return spanCondition(of.column, operator, { low: of.bound(dayLiteral(day)), after: of.bound(dayLiteral(later("day", day, 1))) });
  // A timestamp on the other side has a time of day, so its cast would not be what it compares with.
  if (literal || !level.isFixed(value) || !["date", null].includes(level.type(value))) return null;
  return parameterCondition(of, operator, "ParamRef" in value ? cast(value, "date") : value);
}

/**
 * A parameter may be infinite, and infinity is no earlier than the day after it; so the day's last microsecond closes the range.
 */
function parameterCondition({ column, use, bound }: ZonedColumn, operator: string, date: Node): Node | null {
  const next = operation(date, "+", integerConst(1));
  const day = bound(date);
  const after = bound(next);
  const last = operation(after === next ? cast(next, use.column.baseType) : after, "-", interval("1 microsecond"));
  switch (operator) {
    case "=":
      return and(operation(column, ">=", day), operation(column, "<=", last));
    case ">=":
    case "<":
      return operation(column, operator, day);
    case ">":
    case "<=":
      return operation(column, operator, last);
    default:
      return null;
  }
}

function betweenDays(node: Node, level: QueryLevel): { readonly to: Node; readonly column: ZonedColumn } | null {
  const [low, high] = betweenOf(node);
  const column = low ? dateOf(low.left, level) : null;
  if (!column || !low || !high) return null;
  const from = condition(column, low.operator, low.right, level);
  const to = condition(column, high.operator, high.right, level);
  return from && to ? { to: and(from, to), column } : null;
}
