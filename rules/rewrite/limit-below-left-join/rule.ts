import {
  changed,
  equalityOn,
  type FromTable,
  fromSubquery,
  identifiesRow,
  isPlain,
  isReadBelow,
  join,
  matchesOneRow,
  type Node,
  orderKeys,
  type QueryLevel,
  rewriteRule,
  selectOf,
  star,
  target,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "ORDER BY … LIMIT over left joins that add columns and neither add nor drop rows",
  effect: "All rows are joined and sorted with all their columns before most of them are dropped",
  remedy: "Sort and limit the left table first, and join what is left",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN",
      says: "for each row of T1 a left outer join has at least one row, and one only where at most one row of T2 matches",
    },
  ],

  *rewrite(statement, { catalog }) {
    for (const level of statement.levels) {
      const { select } = level;
      const [from, ...more] = select.fromClause ?? [];
      if (!from || more.length > 0 || !select.limitCount || select.limitOption !== "LIMIT_OPTION_COUNT") continue;
      if (!isPlain(select, ["sortClause", "limitCount", "limitOffset", "withClause"]) || isReadBelow(statement, level)) continue;
      const chain = leftJoins(from, level);
      const keys = orderKeys(level);
      if (!chain || !keys || keys.length === 0 || level.aliases.length !== chain.joined.length + 1) continue;
      const { table, joined } = chain;
      if (keys.some(({ use }) => use.table !== table)) continue;
      if (joined.some((each) => !matchesOneRow(each.table, fixedColumns(each.quals, each.table, level), catalog))) continue;
      if (level.where.some((condition) => [...level.tablesIn(condition)].some((each) => each.level === level && each !== table))) continue;
      const { whereClause, sortClause, limitCount, limitOffset, limitOption } = select;
      const first = changed(selectOf({}), {
        targetList: [target(star())],
        fromClause: [table.node],
        whereClause,
        sortClause,
        limitCount,
        limitOffset,
        limitOption,
      });
      const total = identifiesRow(table, new Set(keys.map(({ use }) => use.column.name)), catalog);
      yield {
        node: withSelect(statement, level, {
          fromClause: [
            joined.reduce((left, each) => join(left, "JOIN_LEFT", each.node, each.quals), fromSubquery(first, table.alias) as Node),
          ],
          whereClause: undefined,
          limitCount: undefined,
          limitOffset: undefined,
          limitOption: "LIMIT_OPTION_DEFAULT",
        }),
        because: "only the rows that are shown are joined, and narrower rows are sorted",
        assumes: total ? [] : ["which of several rows with equal sort values comes within the limit is left open, as it is today"],
        contract: "same-result",
      };
    }
  },
});

interface Joined {
  readonly node: Node;
  readonly table: FromTable;
  readonly quals: Node;
}

/** `table LEFT JOIN a ON … LEFT JOIN b ON …`, innermost first. */
function leftJoins(from: Node, level: QueryLevel): { readonly table: FromTable; readonly joined: readonly Joined[] } | null {
  const joined: Joined[] = [];
  let item = from;
  while ("JoinExpr" in item) {
    const { jointype, larg, rarg, quals, alias, isNatural, usingClause } = item.JoinExpr;
    const table = level.tables.find((each) => each.node === rarg);
    if (jointype !== "JOIN_LEFT" || !larg || !rarg || !quals || alias || isNatural || usingClause || !table || table.renamed) return null;
    joined.unshift({ node: rarg, table, quals });
    item = larg;
  }
  const table = level.tables.find((each) => each.node === item);
  return table && !table.renamed && joined.length > 0 ? { table, joined } : null;
}

function fixedColumns(quals: Node, table: FromTable, level: QueryLevel): ReadonlySet<string> {
  const conditions = "BoolExpr" in quals && quals.BoolExpr.boolop === "AND_EXPR" ? (quals.BoolExpr.args ?? []) : [quals];
  return new Set(conditions.flatMap((condition) => equalityOn(level, condition, table)?.own.column.name ?? []));
}
