import {
  type ColumnUse,
  comparisonsOf,
  extracted,
  integerOf,
  interval,
  literalOf,
  type Node,
  operation,
  operationOf,
  type QueryLevel,
  rangeIndex,
  replaceFilters,
  rewriteRule,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "An interval added to a timestamp column, or the column's age, compared with a bound",
  effect: "No index on the column can serve the condition, and the planner cannot estimate it",
  remedy: "Take the interval from the other side, so that the bare column is compared",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-datetime.html#OPERATORS-DATETIME-TABLE",
      says: "days added to a timestamptz follow the session's time zone, hours do not; the difference of two timestamps has no months",
    },
  ],

  rewrite: replaceFilters(({ node, level }, { catalog }) => {
    for (const { left, operator, right } of comparisonsOf(node)) {
      const found = ageOf(left, operator, right, level) ?? shifted(left, operator, right, level);
      if (found)
        return {
          to: found.to,
          because: "the bound is computed once and the bare column can be looked up in an index",
          suggests: rangeIndex(found.use, catalog),
        };
    }
    return null;
  }),
});

const turned: Readonly<Record<string, string>> = { "<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=" };

interface Found {
  readonly to: Node;
  readonly use: ColumnUse;
}

/** `now() - column < interval` as `column > now() - interval`: the difference counts a day as 24 hours. */
function ageOf(left: Node, operator: string, right: Node, level: QueryLevel): Found | null {
  const age = ageInHours(left, operator, right) ?? ageInSeconds(left, operator, right) ?? ageInDays(left, operator, right);
  const difference = age ? operationOf(age.difference) : null;
  const opposite = age ? turned[age.operator] : undefined;
  if (!age || difference?.operator !== "-" || !opposite) return null;
  const use = level.column(difference.right);
  if (!use || !isAge(use, difference.left, level)) return null;
  return { to: operation(difference.right, opposite, operation(difference.left, "-", interval(age.length))), use };
}

/** A difference compared with a length of time. */
interface Age {
  readonly difference: Node;
  readonly operator: string;
  /** As an interval without days. */
  readonly length: string;
}

function ageInHours(difference: Node, operator: string, right: Node): Age | null {
  const length = hoursOf(right);
  return length === null ? null : { difference, operator, length };
}

/** Seconds in the units that `EXTRACT(EPOCH FROM …)` is divided by: minutes, hours, days and weeks. */
const divisors: readonly bigint[] = [60n, 3600n, 86400n, 604800n];
/** About three years: up to there neither numeric nor double precision rounds a microsecond of a quotient away. */
const mostSeconds = 100_000_000n;

/** `EXTRACT(EPOCH FROM now() - column) / 3600 < 24`. */
function ageInSeconds(left: Node, operator: string, right: Node): Age | null {
  const quotient = operationOf(left);
  const divisor = quotient?.operator === "/" ? integerOf(quotient.right) : 1n;
  if (divisor === null || (divisor !== 1n && !divisors.includes(divisor))) return null;
  const difference = extracted("epoch", quotient?.operator === "/" ? quotient.left : left);
  const count = integerOf(right);
  if (!difference || count === null || operator === "=") return null;
  const seconds = count * divisor;
  if (seconds < 0n || seconds > mostSeconds) return null;
  const [size, unit] = seconds % 3600n === 0n ? [3600n, "hours"] : seconds % 60n === 0n ? [60n, "minutes"] : [1n, "seconds"];
  return { difference, operator, length: `${seconds / size} ${unit}` };
}

/** `EXTRACT(DAY FROM now() - column) > 30`: whole days of 24 hours. */
function ageInDays(left: Node, operator: string, right: Node): Age | null {
  const difference = extracted("day", left);
  const count = integerOf(right);
  if (!difference || count === null || count > 36_500n) return null;
  const days = operator === ">" || operator === "<=" ? count + 1n : operator === ">=" || operator === "<" ? count : 0n;
  // A day before and a day after the moment are both day 0.
  if (days < 1n) return null;
  return { difference, operator: operator.startsWith("<") ? "<" : ">=", length: `${days * 24n} hours` };
}

/** A difference of moments: PostgreSQL takes a timestamp from a timestamptz by the session's zone, as it compares the two. */
function isAge(use: ColumnUse, moment: Node, level: QueryLevel): boolean {
  return (
    sameClock(use, moment, level) || (use.column.baseType === "timestamp" && level.type(moment) === "timestamptz" && level.isFixed(moment))
  );
}

/** `column + interval > bound` as `column > bound - interval`, for intervals that mean the same at every moment. */
function shifted(left: Node, operator: string, right: Node, level: QueryLevel): Found | null {
  const sum = operationOf(left);
  if (!sum || (sum.operator !== "+" && sum.operator !== "-") || !turned[operator]) return null;
  const use = level.column(sum.left);
  const length = literalOf(sum.right);
  if (!use || length?.type !== "interval" || !sameClock(use, right, level)) return null;
  const exact = use.column.baseType === "timestamp" ? /^\d{1,5} (?:day|hour|minute|second)s?$/ : /^\d{1,6} (?:hour|minute|second)s?$/;
  if (!exact.test(length.text)) return null;
  return { to: operation(sum.left, operator, operation(right, sum.operator === "+" ? "-" : "+", sum.right)), use };
}

/** Column and bound of one type: between timestamp and timestamptz lies a conversion that clock changes bend. */
function sameClock(use: ColumnUse, bound: Node, level: QueryLevel): boolean {
  const type = level.type(bound);
  return (type === "timestamptz" || type === "timestamp") && type === use.column.baseType && level.isFixed(bound);
}

/** A day of a difference is always 24 hours; saying it in hours keeps that when it is taken from a timestamptz. */
function hoursOf(node: Node): string | null {
  const found = literalOf(node);
  const [, count, unit] = (found?.type === "interval" && /^(\d{1,5}) (week|day|hour|minute|second)s?$/.exec(found.text)) || [];
  if (count === undefined || unit === undefined) return null;
  const hours = { week: 168, day: 24 }[unit];
  return hours === undefined ? `${count} ${unit}s` : `${Number(count) * hours} hours`;
}
