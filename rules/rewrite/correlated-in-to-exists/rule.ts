import {
  and,
  changed,
  columnRef,
  exists,
  isPlain,
  levelOf,
  operation,
  replaceFilters,
  rewriteRule,
  selectOne,
  subqueryOf,
  targetsOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "IN (SELECT …) whose subquery refers to the outer row",
  effect: "Before PostgreSQL 17 the subquery is run again for every outer row",
  remedy: "Write EXISTS, which is planned as a semi-join",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-subquery.html",
      says: "IN is true if any equal subquery row is found; EXISTS is true if the subquery returns at least one row",
    },
  ],
  gates: [
    {
      from: 17,
      changes: "The planner turns a correlated IN subquery into a join by itself",
      source: {
        url: "https://www.postgresql.org/docs/17/release-17.html",
        says: "Allow correlated IN subqueries to be transformed into joins",
      },
    },
  ],

  *rewrite(statement, context) {
    if (context.postgres >= 17) return;
    yield* replaceFilters(({ node, level }) => {
      const query = subqueryOf(node, "ANY_SUBLINK");
      if (!query || !("SubLink" in node) || node.SubLink.operName || !isPlain(query, ["distinctClause", "sortClause"])) return null;
      const own = levelOf(statement, query);
      const [target, ...more] = targetsOf(query);
      const outer = level.column(node.SubLink.testexpr);
      const value = target && own?.column(target.val);
      if (!own || !target || more.length > 0 || !outer || !value || value.table.level !== own || outer.table.renamed) return null;
      if (own.aliases.includes(outer.table.alias) || !query.whereClause) return null;
      const correlated = [...own.tablesIn(query.whereClause)].some((table) => table.level !== own);
      if (!correlated) return null;
      const equal = operation(columnRef(value.table.alias, value.column.name), "=", columnRef(outer.table.alias, outer.column.name));
      const rows = changed(query, {
        targetList: selectOne,
        whereClause: and(query.whereClause, equal),
        distinctClause: undefined,
        sortClause: undefined,
      });
      return { to: exists(rows), because: "a semi-join reads the inner table once, or by index, and not for every outer row" };
    })(statement, context);
  },
});
