import { and, changed, exists, levelOf, type Node, or, replaceFilters, rewriteRule, subqueryOf, whereOf } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "EXISTS whose subquery is linked to the outer row by one condition OR another",
  effect: "Neither condition can be hashed or looked up, so the subquery is read through for every row",
  remedy: "Ask EXISTS for each of them",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-EXISTS",
      says: "EXISTS is true if the subquery returns at least one row, and false otherwise; it is never null",
    },
  ],

  *rewrite(statement, context) {
    yield* replaceFilters(({ node }) => {
      const query = subqueryOf(node, "EXISTS_SUBLINK");
      const own = query && levelOf(statement, query);
      if (!query || !own || query.limitCount || query.limitOffset || query.groupClause || query.havingClause || query.withClause)
        return null;
      if ((query.op ?? "SETOP_NONE") !== "SETOP_NONE" || hasAggregate(query.targetList ?? [])) return null;
      for (const condition of own.where) {
        const arms = "BoolExpr" in condition && condition.BoolExpr.boolop === "OR_EXPR" ? (condition.BoolExpr.args ?? []) : [];
        // Only where every arm links the two: other ORs are filters of the subquery alone, and read once.
        const links = (arm: Node) => [...own.tablesIn(arm)].some((table) => table.level !== own);
        if (arms.length < 2 || !arms.every(links)) continue;
        const rest = own.where.filter((each) => each !== condition);
        const each = arms.map((arm) => exists(changed(query, { whereClause: whereOf([...rest, ...flat(arm)]) })));
        return { to: or(...each), because: "each arm can be hashed or looked up in an index of its own" };
      }
      return null;
    })(statement, context);
  },
});

function flat(arm: Node): readonly Node[] {
  const both = and(arm);
  return "BoolExpr" in both && both.BoolExpr.boolop === "AND_EXPR" ? (both.BoolExpr.args ?? []) : [both];
}

/** An aggregate without GROUP BY gives a row whatever WHERE keeps. */
function hasAggregate(targets: readonly Node[]): boolean {
  return JSON.stringify(targets).includes('"FuncCall"');
}
