import {
  changed,
  comparisonsOf,
  equalityOn,
  fromSubquery,
  identifiesRow,
  index,
  isPlain,
  key,
  levelOf,
  type Node,
  operationOf,
  type QueryLevel,
  type RewriteStatement,
  rewriteRule,
  sameTable,
  selectOf,
  sortBy,
  star,
  subqueryOf,
  target,
  whereOf,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "The newest row of each group, as one for which no newer row exists",
  effect: "Every row looks for a newer one of its group among all of them",
  remedy: "Take the first row of each group with DISTINCT ON",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-select.html#SQL-DISTINCT",
      says: "SELECT DISTINCT ON keeps only the first row of each set of rows where the given expressions evaluate to equal",
    },
  ],

  *rewrite(statement, { catalog }) {
    for (const level of statement.levels) {
      const [table] = level.tables;
      if (!table || level.aliases.length !== 1 || table.renamed || !isPlain(level.select, ["sortClause", "limitCount", "limitOffset"]))
        continue;
      for (const condition of level.where) {
        const found = newest(condition, level, statement);
        if (!found) continue;
        const columns = new Set([found.group, found.order]);
        if (columns.size !== 2 || !identifiesRow(table, columns, catalog)) continue;
        // Names in DISTINCT ON and ORDER BY mean outputs first; of these there is only `*`.
        const [group, order] = [found.groupNode, found.orderNode];
        const first = selectOf({
          distinctClause: [group],
          targetList: [target(star())],
          fromClause: [table.node],
          sortClause: [sortBy(group), sortBy(order, found.latest ? "SORTBY_DESC" : "SORTBY_DEFAULT")],
        });
        yield {
          node: withSelect(statement, level, {
            fromClause: [fromSubquery(changed(first, {}), table.alias)],
            whereClause: whereOf(level.where.filter((each) => each !== condition)),
          }),
          because: "one pass in order finds the row of each group, and no row is compared with the others",
          assumes: [`no two rows agree in "${found.group}" and "${found.order}": checked, they are a unique key without nulls`],
          contract: "same-result",
          suggests: [index(table.relation, "btree", [key(found.group), key(found.order, { descending: found.latest })])],
        };
      }
    }
  },
});

/** NOT EXISTS (SELECT … FROM the same table b WHERE b.group = a.group AND b.order > a.order). */
function newest(condition: Node, level: QueryLevel, statement: RewriteStatement) {
  const inner = "BoolExpr" in condition && condition.BoolExpr.boolop === "NOT_EXPR" ? condition.BoolExpr.args?.[0] : undefined;
  const query = subqueryOf(inner, "EXISTS_SUBLINK");
  const own = query && levelOf(statement, query);
  const [table] = own?.tables ?? [];
  const [outer] = level.tables;
  if (!query || !own || !table || !outer || own.aliases.length !== 1 || table.renamed || !isPlain(query) || !sameTable(table, outer))
    return null;
  if (own.where.length !== 2) return null;
  const isOuter = (node: Node, name: string) => own.column(node)?.table === outer && own.column(node)?.column.name === name;
  const link = own.where.flatMap((each) => {
    const equality = equalityOn(own, each, table);
    return equality && isOuter(equality.other, equality.own.column.name) ? [{ each, ...equality }] : [];
  })[0];
  const newer = own.where
    .filter((each) => each !== link?.each && operationOf(each))
    .flatMap((each) => comparisonsOf(each))
    .find(({ left, operator, right }) => {
      const use = own.column(left);
      return use?.table === table && ["<", ">"].includes(operator) && isOuter(right, use.column.name);
    });
  if (!link || !newer) return null;
  const order = own.column(newer.left)!.column.name;
  return { group: link.own.column.name, groupNode: link.other, order, orderNode: newer.right, latest: newer.operator === ">" };
}
