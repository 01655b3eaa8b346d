import {
  cast,
  changed,
  identifiesRow,
  index,
  indexKeys,
  integerConst,
  key,
  mostNumbered,
  type Node,
  type NumberedRows,
  numberedRows,
  rewriteRule,
  type SelectStmt,
  sortBy,
  target,
  whereOf,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "row_number() over a partition of which only the first row is kept",
  effect: "Every row is numbered, and all but the first of each group are dropped",
  remedy: "Take the first row of each group with DISTINCT ON",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-select.html#SQL-DISTINCT",
      says: "SELECT DISTINCT ON keeps only the first row of each set of rows where the given expressions evaluate to equal",
    },
  ],

  *rewrite(statement, { catalog }) {
    for (const level of statement.levels) {
      const numbered = numberedRows(statement, level);
      if (!numbered || numbered.partition.length === 0) continue;
      const { item, table } = numbered;
      const columns = new Set([...numbered.partition, ...numbered.order].map(({ use }) => use.column.name));
      if (!identifiesRow(table, columns, catalog)) continue;
      const condition = level.where.find((each) => mostNumbered(each, numbered) === 1n);
      if (!condition) continue;
      const first = firstOfEach(numbered);
      yield {
        node: withSelect(statement, level, {
          fromClause: [{ RangeSubselect: { ...item, subquery: { SelectStmt: first } } }],
          whereClause: whereOf(level.where.filter((each) => each !== condition)),
        }),
        because: "the first row of each group is kept as the rows come in order, and no row is numbered",
        assumes: ["the order leaves no ties: checked, it includes a unique key without nulls"],
        contract: "same-result",
        suggests: [
          index(table.relation, "btree", [...numbered.partition.map(({ use }) => key(use.column.name)), ...indexKeys(numbered.order)]),
        ],
      };
    }
  },
});

/** Names in DISTINCT ON and ORDER BY mean outputs first, so that columns are written with their table. */
function firstOfEach({ own, node, name, partition, order }: NumberedRows): SelectStmt {
  const qualified = partition.map(
    (each) => own.qualify("SortBy" in each.node && each.node.SortBy.node ? each.node.SortBy.node : each.node)!,
  );
  const ordered = order.map((each) => {
    const sort = "SortBy" in each.node ? each.node.SortBy : {};
    return { SortBy: { ...sort, node: own.qualify(sort.node!)! } } as Node;
  });
  return changed(own.select, {
    distinctClause: qualified,
    targetList: (own.select.targetList ?? []).map((each) => (each === node ? target(cast(integerConst(1), "int8"), name) : each)),
    sortClause: [...qualified.map((each) => sortBy(each)), ...ordered],
  });
}
