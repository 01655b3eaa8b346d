import {
  and,
  betweenOf,
  type CatalogView,
  call,
  cast,
  comparisonsOf,
  dayLiteral,
  dayOf,
  integerConst,
  interval,
  isParameter,
  later,
  literalOf,
  type Node,
  type Operation,
  oneMidnight,
  operation,
  operationOf,
  plainCall,
  type QueryLevel,
  rangeIndex,
  replaceFilters,
  rewriteRule,
  spanCondition,
  startOf,
  textConst,
  textOf,
  treeText,
  type Unit,
  type ZonedColumn,
  zonedColumn,
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
    const [from, to] = betweenOf(node).map((each) => onColumn(each, level, catalog));
    if (from && to) return { ...from, to: and(from.to, to.to) };
    for (const each of comparisonsOf(node)) {
      const found = onColumn(each, level, catalog);
      if (found) return found;
    }
    return null;
  }),
});

function onColumn({ left, operator, right }: Operation, level: QueryLevel, catalog: CatalogView) {
  const args = plainCall(left, "date_trunc");
  const unit = textOf(args?.[0])?.toLowerCase();
  const of = args?.[1] && args.length === 2 ? zonedColumn(args[1], level) : null;
  if (!of || unit === undefined || !units.includes(unit)) return null;
  const to =
    isParameter(right) && operator === "="
      ? parameterRange(of, unit, right)
      : (literalRange(of, operator, unit, right) ?? computedRange(of, operator, unit, right, level));
  return (
    to && {
      to,
      because: `the range reads only the rows of the ${unit}, which an index on the column or its histogram can find`,
      suggests: rangeIndex(of.use, catalog),
      assumes: unit === "day" ? (level.type(right) === "timestamptz" ? oneMidnight("timestamptz") : of.assumes) : [],
    }
  );
}

function literalRange({ column, bound }: ZonedColumn, operator: string, unit: string, value: Node): Node | null {
  const literal = literalOf(value);
  const day = literal?.kind === "text" && literal.type !== "text" ? dayOf(literal.text) : null;
  if (!day || !isUnit(unit)) return null;
  const start = startOf(unit, day);
  // date_trunc never gives a value inside a period: equality with one is false, and an order means the next period's start.
  if (start.getTime() !== day.getTime()) return null;
  return spanCondition(column, operator, { low: bound(dayLiteral(start)), after: bound(dayLiteral(later(unit, start, 1))) });
}

/** `date_trunc('month', column) = date_trunc('month', now())`: the other side is where a period starts, whatever the moment. */
function computedRange({ column, type, bound }: ZonedColumn, operator: string, unit: string, value: Node, level: QueryLevel): Node | null {
  if (!level.isFixed(value) || hasParameter(value)) return null;
  const isDay = unit === "day" && level.type(value) === "date";
  // A bare timestamp is compared with a timestamptz by the session's zone, before and after.
  const bare = bound(value) === value;
  const comparable = level.type(value) === type || (bare && level.type(value) === "timestamptz");
  if (!isDay && !(comparable && startsPeriod(value, unit))) return null;
  const after = isDay ? operation(value, "+", integerConst(1)) : operation(value, "+", interval(lengthOf(unit)));
  return spanCondition(column, operator, {
    low: bound(value, isDay ? undefined : "typed"),
    after: bound(after, isDay ? undefined : "typed"),
  });
}

/** `date_trunc(unit, …)`, and so many whole units before or after it. */
function startsPeriod(node: Node, unit: string): boolean {
  const args = plainCall(node, "date_trunc");
  if (args) return args.length === 2 && textOf(args[0])?.toLowerCase() === unit;
  const shifted = operationOf(node);
  const length = literalOf(shifted?.right);
  if (!shifted || !["+", "-"].includes(shifted.operator) || length?.type !== "interval") return false;
  const [, named = ""] = /^\d{1,4} (day|week|month|year)s?$/.exec(length.text) ?? [];
  return (wholeIn[unit] ?? []).includes(named) && startsPeriod(shifted.left, unit);
}

/** Lengths after which a period of this unit starts again. */
const wholeIn: Readonly<Record<string, readonly string[]>> = {
  day: ["day", "week", "month", "year"],
  week: ["week"],
  month: ["month", "year"],
  quarter: ["year"],
  year: ["year"],
};

function hasParameter(node: Node): boolean {
  return treeText(node).includes('"ParamRef"');
}

function lengthOf(unit: string): string {
  return unit === "quarter" ? "3 months" : `1 ${unit}`;
}

function isUnit(unit: string): unit is Unit {
  return units.includes(unit);
}

/**
 * Timestamps count whole microseconds, so the last one before the next period closes the range; unlike `<` that keeps
 * 'infinity' equal to itself. The last condition holds for a parameter that starts a period, and for no other.
 */
function parameterRange({ column, type, bound }: ZonedColumn, unit: string, parameter: Node): Node {
  const start = cast("TypeCast" in parameter ? (parameter.TypeCast.arg ?? parameter) : parameter, type);
  const last = operation(bound(operation(start, "+", interval(lengthOf(unit))), "typed"), "-", interval("1 microsecond"));
  return and(
    operation(column, ">=", bound(start, "typed")),
    operation(column, "<=", last),
    operation(call("date_trunc", textConst(unit), start), "=", start),
  );
}
