import {
  cast,
  changed,
  comparisonsOf,
  identifiesRow,
  index,
  indexKeys,
  integerConst,
  integerOf,
  isBuiltIn,
  isPlain,
  key,
  levelOf,
  type Node,
  orderKeys,
  type QueryLevel,
  rewriteRule,
  type SelectStmt,
  sortBy,
  target,
  targetsOf,
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
      const [item, ...others] = level.select.fromClause ?? [];
      const query = item && "RangeSubselect" in item ? item.RangeSubselect.subquery : undefined;
      if (!item || !("RangeSubselect" in item) || others.length > 0 || !query || !("SelectStmt" in query)) continue;
      const alias = item.RangeSubselect.alias;
      const own = alias?.colnames ? null : levelOf(statement, query.SelectStmt);
      const numbered = own && numberedBy(own);
      const [table] = own?.tables ?? [];
      if (!own || !numbered || !table || own.aliases.length !== 1 || table.renamed) continue;
      const columns = new Set([...numbered.partition, ...numbered.order].map(({ use }) => use.column.name));
      if (!identifiesRow(table, columns, catalog)) continue;
      const condition = level.where.find((each) => keepsFirst(each, numbered.name, alias?.aliasname ?? ""));
      if (!condition) continue;
      const first = firstOfEach(own, numbered);
      yield {
        node: withSelect(statement, level, {
          fromClause: [{ RangeSubselect: { ...item.RangeSubselect, subquery: { SelectStmt: first } } }],
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

interface Numbered {
  /** The target, and what it is called. */
  readonly node: Node;
  readonly name: string;
  readonly partition: NonNullable<ReturnType<typeof orderKeys>>;
  readonly order: NonNullable<ReturnType<typeof orderKeys>>;
}

const plainFields = new Set<string>(["targetList", "fromClause", "whereClause", "limitOption", "op"] satisfies (keyof SelectStmt)[]);

/** The one window function of a query that has nothing else beyond FROM and WHERE. */
function numberedBy(own: QueryLevel): Numbered | null {
  if (Object.keys(own.select).some((field) => !plainFields.has(field)) || (own.select.op ?? "SETOP_NONE") !== "SETOP_NONE") return null;
  const targets = targetsOf(own.select);
  const called = targets.filter(({ val }) => JSON.stringify(val).includes('"over":'));
  const others = targets.filter((each) => !called.includes(each)).map(({ node }) => node);
  const [only, ...more] = called;
  // A function that returns several rows would multiply them after the numbering.
  if (!isPlain(changed(own.select, { targetList: others }))) return null;
  if (!only || more.length > 0 || !("FuncCall" in only.val) || !isBuiltIn(only.val.FuncCall, "row_number")) return null;
  const { over, agg_filter } = only.val.FuncCall;
  if (!over || over.name || over.refname || agg_filter || !over.partitionClause || !over.orderClause) return null;
  const partition = orderKeys(
    own,
    over.partitionClause.map((node) => sortBy(node)),
  );
  const order = orderKeys(own, over.orderClause);
  return partition && order ? { node: only.node, name: only.name ?? "row_number", partition, order } : null;
}

/** `rn = 1`, `rn <= 1` or `rn < 2`, either way round. */
function keepsFirst(condition: Node, name: string, alias: string): boolean {
  return comparisonsOf(condition).some(({ left, operator, right }) => {
    const fields = "ColumnRef" in left ? (left.ColumnRef.fields ?? []).map((field) => ("String" in field ? field.String.sval : null)) : [];
    const isNumber = fields.at(-1) === name && (fields.length === 1 || (fields.length === 2 && fields[0] === alias));
    const limit = integerOf(right);
    return isNumber && ((limit === 1n && (operator === "=" || operator === "<=")) || (limit === 2n && operator === "<"));
  });
}

/** Names in DISTINCT ON and ORDER BY mean outputs first, so that columns are written with their table. */
function firstOfEach(own: QueryLevel, { node, name, partition, order }: Numbered): SelectStmt {
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
