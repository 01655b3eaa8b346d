import {
  type ColumnUse,
  comparisonsOf,
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
      const to = ageOf(left, operator, right, level) ?? shifted(left, operator, right, level);
      const column = operationOf(left);
      const use = column ? (level.column(column.left) ?? level.column(column.right)) : null;
      if (to)
        return {
          to,
          because: "the bound is computed once and the bare column can be looked up in an index",
          suggests: rangeIndex(use, catalog),
        };
    }
    return null;
  }),
});

const turned: Readonly<Record<string, string>> = { "<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=" };

/** `now() - column < interval` as `column > now() - interval`: the difference counts a day as 24 hours. */
function ageOf(left: Node, operator: string, right: Node, level: QueryLevel): Node | null {
  const difference = operationOf(left);
  const hours = hoursOf(right);
  const opposite = turned[operator];
  if (difference?.operator !== "-" || hours === null || !opposite) return null;
  const use = level.column(difference.right);
  if (!use || !sameClock(use, difference.left, level)) return null;
  return operation(difference.right, opposite, operation(difference.left, "-", interval(hours)));
}

/** `column + interval > bound` as `column > bound - interval`, for intervals that mean the same at every moment. */
function shifted(left: Node, operator: string, right: Node, level: QueryLevel): Node | null {
  const sum = operationOf(left);
  if (!sum || (sum.operator !== "+" && sum.operator !== "-") || !turned[operator]) return null;
  const use = level.column(sum.left);
  const length = literalOf(sum.right);
  if (!use || length?.type !== "interval" || !sameClock(use, right, level)) return null;
  const exact = use.column.baseType === "timestamp" ? /^\d{1,5} (?:day|hour|minute|second)s?$/ : /^\d{1,6} (?:hour|minute|second)s?$/;
  if (!exact.test(length.text)) return null;
  return operation(sum.left, operator, operation(right, sum.operator === "+" ? "-" : "+", sum.right));
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
