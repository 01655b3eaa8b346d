import {
  and,
  changed,
  columnRef,
  freshAlias,
  fromSubquery,
  isBuiltIn,
  isNotNull,
  rewriteRule,
  selectOf,
  target,
  targetsOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "count(DISTINCT column) as the only result of a query",
  effect: "All values are sorted: counting distinct ones is never hashed or done in parallel",
  remedy: "Count the rows of SELECT DISTINCT, which may be hashed and run in parallel",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-expressions.html#SYNTAX-AGGREGATES",
      says: "count(DISTINCT f1) invokes the aggregate once for each distinct value; count leaves nulls out",
    },
  ],

  *rewrite(statement) {
    for (const level of statement.levels) {
      const { select } = level;
      const { groupClause, havingClause, limitOffset, withClause, sortClause, distinctClause } = select;
      if (groupClause || havingClause || limitOffset || withClause || sortClause || distinctClause || !select.fromClause) continue;
      const [only, ...more] = targetsOf(select);
      if (!only || more.length > 0 || !("FuncCall" in only.val) || !isBuiltIn(only.val.FuncCall, "count")) continue;
      const { agg_distinct, agg_filter, over, args = [] } = only.val.FuncCall;
      const [counted, ...others] = args;
      const use = level.column(counted);
      if (!agg_distinct || agg_filter || over || !counted || !use || others.length > 0) continue;
      const present = use.notNull
        ? select.whereClause
        : select.whereClause
          ? and(select.whereClause, isNotNull(counted))
          : isNotNull(counted);
      const alias = freshAlias(statement, "distinct_values");
      const values = changed(selectOf({}), {
        distinctClause: [{}],
        targetList: [target(columnRef(use.table.alias, use.column.name))],
        fromClause: select.fromClause,
        whereClause: present,
      });
      const count = {
        FuncCall: { funcname: only.val.FuncCall.funcname ?? [], agg_star: true, funcformat: "COERCE_EXPLICIT_CALL" as const },
      };
      const outer = changed(select, {
        targetList: [target(count, only.name ?? undefined)],
        fromClause: [fromSubquery(values, alias)],
        whereClause: undefined,
      });
      yield {
        node: statement.replace([select, outer]),
        because: "distinct values can be hashed and found in parallel, and then only their number is needed",
        assumes: [],
        contract: "same-result",
      };
    }
  },
});
