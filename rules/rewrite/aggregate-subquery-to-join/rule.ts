import {
  and,
  changed,
  columnRef,
  comparisonsOf,
  equalityOn,
  freshAlias,
  fromSubquery,
  isNullOnEmpty,
  isPlain,
  join,
  levelOf,
  type Node,
  operation,
  operationOf,
  type QueryLevel,
  type RewriteStatement,
  rewriteRule,
  type SelectStmt,
  selectOf,
  subqueryOf,
  target,
  targetsOf,
  whereOf,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A column compared with an aggregate of the rows that belong to the outer row",
  effect: "The aggregate is computed again for every outer row",
  remedy: "Compute it once per group in a subquery and join to it",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-aggregate.html",
      says: "except for count, aggregate functions return a null value when no rows are selected",
    },
  ],

  *rewrite(statement) {
    for (const level of statement.levels) {
      if ((level.select.fromClause ?? []).length !== 1 || level.select.lockingClause) continue;
      for (const condition of level.where)
        for (const { left, operator, right } of comparisonsOf(condition)) {
          const found = within(right, level);
          const grouped = found && groupedBy(found.query, level, statement);
          if (!grouped) continue;
          const { alias, item, links } = grouped;
          const rest = level.where.filter((each) => each !== condition);
          const compared = operation(left, operator, found.withValue(columnRef(alias, "value")));
          const node = withSelect(statement, level, {
            fromClause: [join(level.select.fromClause![0]!, "JOIN_INNER", item, and(...links, compared))],
            whereClause: whereOf(rest),
          });
          yield {
            node,
            because: "each group is computed once, and the join can be hashed instead of asked row by row",
            assumes: [],
            contract: "same-result",
          };
        }
    }
  },
});

interface Within {
  readonly query: SelectStmt;
  /** The expression with the subquery's value given. */
  withValue(value: Node): Node;
}

/** A scalar subquery, bare or reckoned with constants (`0.2 * (SELECT avg(…) …)`): of a null these operators make null, too. */
function within(node: Node, level: QueryLevel): Within | null {
  const query = subqueryOf(node, "EXPR_SUBLINK");
  if (query) return { query, withValue: (value) => value };
  const sum = operationOf(node);
  if (!sum || !["+", "-", "*", "/"].includes(sum.operator)) return null;
  const { left, operator, right } = sum;
  const inLeft = level.isFixed(right) ? within(left, level) : null;
  if (inLeft) return { ...inLeft, withValue: (value) => operation(inLeft.withValue(value), operator, right) };
  const inRight = level.isFixed(left) ? within(right, level) : null;
  return inRight && { ...inRight, withValue: (value) => operation(left, operator, inRight.withValue(value)) };
}

/** The subquery as a FROM item with one row per group, and the conditions that link it to the outer row. */
function groupedBy(query: SelectStmt, level: QueryLevel, statement: RewriteStatement) {
  const own = levelOf(statement, query);
  const [result, ...more] = targetsOf(query);
  const { targetList: _, ...rest } = query;
  if (!own || !result || more.length > 0 || !isNullOnEmpty(result.val) || !isPlain({ ...rest, targetList: [] }) || own.tables.length !== 1)
    return null;
  const [table] = own.tables;
  if (!table || own.aliases.length !== 1 || table.renamed || [...own.tablesIn(result.val)].some((each) => each.level !== own)) return null;
  const keys: { readonly column: string; readonly outer: Node }[] = [];
  const kept: Node[] = [];
  for (const condition of own.where) {
    const outside = [...own.tablesIn(condition)].some((each) => each.level !== own);
    if (!outside) {
      kept.push(condition);
      continue;
    }
    const found = equalityOn(own, condition, table);
    const other = found && own.column(found.other);
    // Equal types, so that grouping and joining see the same equality.
    if (!found || other?.table.level !== level || other.table.renamed || other.column.baseType !== found.own.column.baseType) return null;
    keys.push({ column: found.own.column.name, outer: columnRef(other.table.alias, other.column.name) });
  }
  const names = keys.map((key) => key.column);
  if (keys.length === 0 || new Set(names).size !== names.length || names.includes("value")) return null;
  const alias = freshAlias(statement, `per_${names[0]}`);
  const grouped = changed(selectOf({}), {
    targetList: [...names.map((name) => target(columnRef(table.alias, name))), target(result.val, "value")],
    fromClause: query.fromClause,
    whereClause: whereOf(kept),
    groupClause: names.map((name) => columnRef(table.alias, name)),
  });
  const links = keys.map((key) => operation(columnRef(alias, key.column), "=", key.outer));
  return { alias, item: fromSubquery(grouped, alias), links };
}
