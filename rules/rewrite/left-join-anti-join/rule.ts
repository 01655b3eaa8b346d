import {
  conjunctsOf,
  exists,
  type FromTable,
  type Node,
  not,
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
  detects: "LEFT JOIN … WHERE right.key IS NULL, where the key tested is not the one joined by",
  effect: "Before PostgreSQL 19 the join is computed in full and its matches are thrown away",
  remedy: "Write NOT EXISTS, which is planned as an anti-join",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-FROM",
      says: "for each row of the left table without a match, LEFT JOIN adds a row with nulls in the right table's columns",
    },
  ],
  gates: [
    {
      from: 19,
      changes: "The planner sees the anti-join also when a NOT NULL column outside the join condition is tested",
      source: {
        url: "https://www.postgresql.org/docs/19/release-19.html",
        says: "Allow more LEFT JOINs to be converted to anti-joins, using NOT NULL constraints",
      },
    },
  ],

  *rewrite(statement, { postgres }) {
    if (postgres >= 19) return;
    for (const level of statement.levels) {
      const [item, ...others] = level.select.fromClause ?? [];
      if (!item || others.length > 0 || !("JoinExpr" in item)) continue;
      const { jointype, larg, rarg, quals, usingClause, isNatural, alias } = item.JoinExpr;
      const right = level.tables.find((table) => table.node === rarg);
      if (jointype !== "JOIN_LEFT" || !larg || !quals || usingClause || isNatural || alias || !right || right.renamed) continue;
      const tests = level.where.filter((condition) => isTestOf(condition, right, level, quals));
      const [test] = tests;
      if (!test || tests.length > 1) continue;
      const kept = level.where.filter((condition) => condition !== test);
      if (tablesRead(level, [...readsBesides(level.select), ...kept]).has(right)) continue;
      const missing = not(exists(selectOf({ targetList: [...selectOne], fromClause: [right.node], whereClause: quals })));
      const node = withSelect(statement, level, { fromClause: [larg], whereClause: whereOf([...kept, missing]) });
      const because = "an anti-join stops at the first match, and drops matched rows before they are joined";
      const assumes = [`"${right.alias}" has no row with a null in the tested column: checked, the column is NOT NULL`];
      yield { node, because, assumes, contract: "same-result" };
    }
  },
});

/** `right.column IS NULL` over a column that is only null where nothing matched, and that the join condition does not use. */
function isTestOf(condition: Node, right: FromTable, level: QueryLevel, quals: Node): boolean {
  if (!("NullTest" in condition) || condition.NullTest.nulltesttype !== "IS_NULL") return false;
  const use = level.column(condition.NullTest.arg);
  if (use?.table !== right || !use.column.notNull) return false;
  const joined = conjunctsOf(quals).some((each) => namesColumn(each, use.column.name, level, right));
  return !joined;
}

function namesColumn(value: unknown, name: string, level: QueryLevel, table: FromTable): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("ColumnRef" in value) {
    const use = level.column(value as Node);
    return use?.table === table && use.column.name === name;
  }
  return Object.values(value).some((below) => namesColumn(below, name, level, table));
}
