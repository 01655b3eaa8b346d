import {
  exists,
  identifiesRow,
  innerJoins,
  isBuiltIn,
  rewriteRule,
  selectOf,
  selectOne,
  target,
  targetsOf,
  whereOf,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "count(DISTINCT key) of a table, alone or over a join that only filters it",
  effect: "All keys are sorted to find copies, which only the join can have made",
  remedy: "Count the rows, and ask EXISTS for the other side of the join",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-expressions.html#SYNTAX-AGGREGATES",
      says: "count(DISTINCT f1) counts distinct values that are not null; rows are sorted to find them",
    },
    {
      url: "https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-EXISTS",
      says: "EXISTS is true if the subquery returns at least one row, however many there are",
    },
  ],

  *rewrite(statement, { catalog }) {
    for (const level of statement.levels) {
      const { select } = level;
      const { groupClause, havingClause, limitOffset, withClause, sortClause, distinctClause, windowClause } = select;
      if (groupClause || havingClause || limitOffset || withClause || sortClause || distinctClause || windowClause) continue;
      const [only, ...more] = targetsOf(select);
      if (!only || more.length > 0 || !("FuncCall" in only.val) || !isBuiltIn(only.val.FuncCall, "count")) continue;
      const { agg_distinct, agg_filter, over, args = [], funcname } = only.val.FuncCall;
      const [counted, ...others] = args;
      const use = level.column(counted);
      const joined = innerJoins(level);
      if (!agg_distinct || agg_filter || over || !use || others.length > 0 || !joined || level.aliases.length !== joined.tables.length)
        continue;
      const kept = use.table;
      if (kept.level !== level || !identifiesRow(kept, new Set([use.column.name]), catalog)) continue;
      const own = joined.conditions.filter((condition) =>
        [...level.tablesIn(condition)].every((table) => table === kept || table.level !== level),
      );
      const rest = joined.conditions.filter((condition) => !own.includes(condition));
      const besides = joined.tables.filter((table) => table !== kept).map((table) => table.node);
      const rows = selectOf({
        targetList: [...selectOne],
        fromClause: besides,
        ...(rest.length > 0 ? { whereClause: whereOf(rest)! } : {}),
      });
      const count = { FuncCall: { funcname: funcname ?? [], agg_star: true, funcformat: "COERCE_EXPLICIT_CALL" as const } };
      yield {
        node: withSelect(statement, level, {
          targetList: [target(count, only.name ?? undefined)],
          fromClause: [kept.node],
          whereClause: whereOf(besides.length > 0 ? [...own, exists(rows)] : own),
        }),
        because: "every row has a key of its own, so that nothing has to be sorted to count them",
        assumes: [`"${use.column.name}" is unique: checked, its index is valid and it is NOT NULL`],
        contract: "same-result",
      };
    }
  },
});
