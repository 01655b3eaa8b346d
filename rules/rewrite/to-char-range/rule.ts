import {
  dayLiteral,
  dayOf,
  equalitiesOf,
  later,
  plainCall,
  replaceFilters,
  rewriteRule,
  spanCondition,
  textOf,
  type Unit,
  zonedColumn,
} from "../../../src/rule/index.ts";

/** Formats whose text names one day, month or year: how to read it back. */
const formats: Readonly<Record<string, readonly [unit: Unit, pattern: RegExp]>> = {
  "YYYY-MM-DD": ["day", /^(\d{4})-(\d\d)-(\d\d)$/],
  YYYYMMDD: ["day", /^(\d{4})(\d\d)(\d\d)$/],
  "YYYY-MM": ["month", /^(\d{4})-(\d\d)$/],
  YYYYMM: ["month", /^(\d{4})(\d\d)$/],
  YYYY: ["year", /^(\d{4})$/],
};

export default rewriteRule({
  detects: "to_char() of a column compared with the text of a day, month or year",
  effect: "Every row is formatted to text before it is compared, and no index on the column can serve the condition",
  remedy: "Compare the bare column with the two ends of the period, the upper one excluded",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-formatting.html",
      says: "YYYY, MM and DD are zero-padded numbers that no locale changes; YYYY does not tell BC from AD",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    for (const { left, right } of equalitiesOf(node)) {
      const [moment, format] = plainCall(left, "to_char") ?? [];
      const wanted = textOf(right);
      const of = moment && wanted !== null ? zonedColumn(moment, level) : null;
      if (!of || wanted === null) continue;
      const [unit, pattern] = formats[textOf(format)?.toUpperCase() ?? ""] ?? [];
      const parts = pattern?.exec(wanted);
      if (!unit || !parts) continue;
      const day = dayOf(`${parts[1]}-${parts[2] ?? "01"}-${parts[3] ?? "01"}`);
      const bounds = day && { low: of.bound(dayLiteral(day)), after: of.bound(dayLiteral(later(unit, day, 1))) };
      const to = bounds && spanCondition(of.column, "=", bounds);
      if (to)
        return {
          to,
          because: `the range reads only the rows of the ${unit}, which an index on the column or its histogram can find`,
          assumes: ["the column holds no dates BC, whose years to_char writes without a sign", ...(unit === "day" ? of.assumes : [])],
        };
    }
    return null;
  }),
});
