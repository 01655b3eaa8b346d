import {
  booleanTest,
  changed,
  isPlain,
  type Node,
  or,
  type QueryLevel,
  rewriteRule,
  setOperation,
  targetsOf,
  whereOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "OR of which one arm is a subquery or belongs to another table",
  effect: "No bitmap can join such arms, so all rows are read or joined and each is tested",
  remedy: "Ask each arm on its own, and leave the first one's rows out of the second",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-bitmap-scans.html",
      says: "indexes are combined for AND and OR conditions over columns of one table that are each indexable",
    },
    {
      url: "https://www.postgresql.org/docs/current/functions-comparison.html",
      says: "IS NOT TRUE is true for false and for null",
    },
  ],

  *rewrite(statement) {
    for (const level of statement.levels) {
      const { select } = level;
      // The arms are read one after another, so an order of the whole would have to be made again.
      if (level.place === "subquery" || level.place === "arm" || !isPlain(select) || !select.fromClause) continue;
      for (const condition of level.where) {
        const arms = "BoolExpr" in condition && condition.BoolExpr.boolop === "OR_EXPR" ? (condition.BoolExpr.args ?? []) : [];
        const [first, second, ...more] = arms;
        if (!first || !second || !splits(arms, level)) continue;
        const rest = level.where.filter((each) => each !== condition);
        const others = more.length > 0 ? or(second, ...more) : second;
        const left = changed(select, { whereClause: whereOf([...rest, first]) });
        const right = changed(select, { whereClause: whereOf([...rest, others, booleanTest(first, "IS_NOT_TRUE")]) });
        yield {
          node: statement.replace([select, setOperation(left, "SETOP_UNION", true, right)]),
          because: "each arm can use the indexes and joins that serve it, and the exclusion keeps a row from coming twice",
          assumes: [],
          contract: "same-result",
        };
      }
    }
  },
});

/** Arms that no bitmap of one table could join: one has a subquery, or they read different tables. */
function splits(arms: readonly Node[], level: QueryLevel): boolean {
  if (targetsOf(level.select).length === 0) return false;
  if (arms.some(hasSubquery)) return true;
  const tables = arms.map((arm) => [...level.tablesIn(arm)].filter((table) => table.level === level));
  if (tables.some((each) => each.length !== 1)) return false;
  return new Set(tables.map(([table]) => table)).size > 1 && level.tables.every((table) => !table.nullable);
}

function hasSubquery(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "SubLink" in value || Object.values(value).some(hasSubquery);
}
