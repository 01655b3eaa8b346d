import {
  changed,
  isBuiltIn,
  levelOf,
  type Node,
  type QueryLevel,
  rewriteRule,
  type SelectStmt,
  targetsOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "ORDER BY in a subquery of FROM whose order nothing keeps",
  effect: "The rows are sorted, and the subquery is planned on its own instead of as a part of the statement",
  remedy: "Leave the inner ORDER BY out",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-order.html",
      says: "a particular output ordering can only be guaranteed if the sort step is explicitly chosen",
    },
  ],

  *rewrite(statement) {
    for (const level of statement.levels) {
      if (!forgetsOrder(level.select)) continue;
      const [item, ...more] = level.select.fromClause ?? [];
      const query = item && "RangeSubselect" in item ? item.RangeSubselect.subquery : undefined;
      if (!query || more.length > 0 || !("SelectStmt" in query)) continue;
      const inner = query.SelectStmt;
      const own: QueryLevel | null = levelOf(statement, inner);
      if (!own || !inner.sortClause || inner.limitCount || inner.limitOffset || isOrderedDistinct(inner)) continue;
      yield {
        node: statement.replace([inner, changed(inner, { sortClause: undefined })]),
        because: "nothing keeps this order, and without it the subquery can be joined and filtered with the rest",
        assumes: [],
        contract: "same-result",
      };
    }
  },
});

/** Sums and the like, whose value no order changes. */
const orderless = ["count", "sum", "avg", "min", "max", "bool_and", "bool_or", "every", "bit_and", "bit_or"];

/** The level sorts anew, or only aggregates; windows without an order of their own see the rows as they come. */
function forgetsOrder(select: SelectStmt): boolean {
  if ((select.op ?? "SETOP_NONE") !== "SETOP_NONE" || select.distinctClause || select.windowClause) return false;
  const targets = targetsOf(select);
  const text = JSON.stringify([select.targetList, select.havingClause]);
  if (text.includes('"over":')) return false;
  const isAggregated = targets.every(({ val }) => isOrderless(val)) || (select.groupClause !== undefined && everyAggregate(select));
  const isSorted = select.sortClause !== undefined && !select.groupClause && !hasCall(select) && !select.limitCount;
  return isAggregated || isSorted;
}

function isOrderless(node: Node): boolean {
  return "FuncCall" in node && orderless.some((name) => isBuiltIn(node.FuncCall, name));
}

/** Of a grouped query: outputs are plain columns or such aggregates. */
function everyAggregate(select: SelectStmt): boolean {
  return !select.havingClause && targetsOf(select).every(({ val }) => "ColumnRef" in val || isOrderless(val));
}

/** Any call in the outputs might be an aggregate of the user's that keeps the order. */
function hasCall(select: SelectStmt): boolean {
  return JSON.stringify(select.targetList ?? []).includes('"FuncCall"');
}

/** DISTINCT ON takes the first row of the order. */
function isOrderedDistinct(select: SelectStmt): boolean {
  return select.distinctClause?.some((node) => Object.keys(node).length > 0) ?? false;
}
