import {
  and,
  call,
  cast,
  comparisonsOf,
  dayLiteral,
  dayOf,
  interval,
  isParameter,
  isTimestamp,
  later,
  literalOf,
  type Node,
  oneMidnight,
  operation,
  plainCall,
  rangeIndex,
  replaceFilters,
  rewriteRule,
  spanCondition,
  startOf,
  textConst,
  textOf,
  type Unit,
} from "../../../src/rule/index.ts";

const units: readonly string[] = ["day", "week", "month", "quarter", "year"] satisfies Unit[];

export default rewriteRule({
  detects: "date_trunc() of a column compared with a constant",
  effect: "No index on the column can serve the condition, and its statistics do not help the estimate",
  remedy: "Compare the bare column with the two ends of the period, the upper one excluded",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-TRUNC",
      says: "date_trunc of a timestamptz truncates in the session's time zone and keeps the type of its argument",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-expressional.html",
      says: "an index on a column is not considered for a condition on an expression over it",
    },
  ],

  rewrite: replaceFilters(({ node, level }, { catalog }) => {
    for (const { left, operator, right } of comparisonsOf(node)) {
      const args = plainCall(left, "date_trunc");
      const unit = textOf(args?.[0])?.toLowerCase();
      const column = args?.[1];
      if (!column || args.length !== 2 || unit === undefined || !units.includes(unit)) continue;
      const type = level.column(column)?.column.baseType ?? null;
      if (!isTimestamp(type)) continue;
      const because = `the range reads only the rows of the ${unit}, which an index on the column or its histogram can find`;
      const about = { because, suggests: rangeIndex(level.column(column), catalog), assumes: unit === "day" ? oneMidnight(type) : [] };
      if (isParameter(right) && operator === "=") return { to: parameterRange(column, unit, right, type), ...about };
      const to = literalRange(column, operator, unit, right);
      if (to) return { to, ...about };
    }
    return null;
  }),
});

function literalRange(column: Node, operator: string, unit: string, value: Node): Node | null {
  const literal = literalOf(value);
  const day = literal?.kind === "text" && literal.type !== "text" ? dayOf(literal.text) : null;
  if (!day || !isUnit(unit)) return null;
  const start = startOf(unit, day);
  // date_trunc never gives a value inside a period: equality with one is false, and an order means the next period's start.
  if (start.getTime() !== day.getTime()) return null;
  return spanCondition(column, operator, { low: dayLiteral(start), after: dayLiteral(later(unit, start, 1)) });
}

function isUnit(unit: string): unit is Unit {
  return units.includes(unit);
}

/**
 * Timestamps count whole microseconds, so the last one before the next period closes the range; unlike `<` that keeps
 * 'infinity' equal to itself. The last condition holds for a parameter that starts a period, and for no other.
 */
function parameterRange(column: Node, unit: string, parameter: Node, type: string): Node {
  const start = cast("TypeCast" in parameter ? (parameter.TypeCast.arg ?? parameter) : parameter, type);
  const length = unit === "quarter" ? "3 months" : `1 ${unit}`;
  const last = operation(operation(start, "+", interval(length)), "-", interval("1 microsecond"));
  return and(
    operation(column, ">=", start),
    operation(column, "<=", last),
    operation(call("date_trunc", textConst(unit), start), "=", start),
  );
}
