import {
  changed,
  exists,
  type FromTable,
  identifiesRow,
  innerJoins,
  isPlain,
  isPlainDistinct,
  namesOfColumns,
  outputColumns,
  type QueryLevel,
  readsBesides,
  rewriteRule,
  selectOf,
  selectOne,
  tablesRead,
  whereOf,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "SELECT DISTINCT over a join whose other side is only a filter",
  effect: "Every match multiplies the row, and all copies are sorted or hashed away again",
  remedy: "Ask EXISTS for the other side and drop DISTINCT",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-EXISTS",
      says: "EXISTS is true if the subquery returns at least one row, however many there are",
    },
  ],

  *rewrite(statement, { catalog }) {
    for (const level of statement.levels) {
      const { select } = level;
      if (!isPlainDistinct(select) || !isPlain(select, ["distinctClause", "sortClause", "limitCount", "limitOffset", "withClause"]))
        continue;
      const joined = innerJoins(level);
      const kept = joined?.tables.find((table) => identifiesRow(table, namesOfColumns(outputColumns(level), table), catalog));
      if (!joined || !kept || joined.tables.length < 2 || level.aliases.length !== joined.tables.length) continue;
      const shown = tablesRead(level, readsBesides(select));
      if ([...shown].some((table) => table !== kept)) continue;
      const own = joined.conditions.filter((condition) => !readsOthers(level, condition, kept));
      const others = joined.conditions.filter((condition) => !own.includes(condition));
      const rows = selectOf({
        targetList: [...selectOne],
        fromClause: joined.tables.filter((table) => table !== kept).map((table) => table.node),
        ...(others.length > 0 ? { whereClause: whereOf(others)! } : {}),
      });
      const node = withSelect(statement, level, {
        ...changed(select, { distinctClause: undefined }),
        distinctClause: undefined,
        fromClause: [kept.node],
        whereClause: whereOf([...own, exists(rows)]),
      });
      const because = "a semi-join keeps each row once, so nothing has to be sorted or hashed away";
      const assumes = [`rows of "${kept.alias}" differ in the columns shown: checked, they include a unique key without nulls`];
      yield { node, because, assumes, contract: "same-result" };
    }
  },
});

function readsOthers(level: QueryLevel, condition: Parameters<QueryLevel["tablesIn"]>[0], kept: FromTable): boolean {
  return [...level.tablesIn(condition)].some((table) => table !== kept && table.level === level);
}
