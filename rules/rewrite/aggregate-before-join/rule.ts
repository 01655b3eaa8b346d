import {
  changed,
  coalesce,
  columnRef,
  equalityOn,
  type FromTable,
  freshName,
  fromSubquery,
  identifiesRow,
  integerConst,
  isBuiltIn,
  join,
  type Node,
  operation,
  type QueryLevel,
  type RewriteStatement,
  rewriteRule,
  type SelectStmt,
  selectOf,
  target,
  targetsOf,
  whereOf,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "Rows of one table grouped by the key of another table that they are joined to",
  effect: "All rows are joined, and carry the parent's columns through the sort or hash, before they are summed up",
  remedy: "Sum up first, by the joining column, and join the sums",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-GROUP",
      says: "GROUP BY groups together rows that have the same values in all the columns listed",
    },
    {
      url: "https://www.postgresql.org/docs/19/release-19.html",
      says: "aggregation before joins is done by the planner from PostgreSQL 19 on (eager aggregation)",
    },
  ],
  gates: [
    {
      from: 19,
      changes: "The planner aggregates before the join itself (enable_eager_aggregate)",
      source: {
        url: "https://www.postgresql.org/docs/19/release-19.html",
        says: "Allow aggregates to be processed before joins (eager aggregation) where that is cheaper",
      },
    },
  ],

  *rewrite(statement, { catalog, postgres }) {
    if (postgres >= 19) return;
    for (const level of statement.levels) {
      const found = shapeOf(level);
      // Grouped by the whole key of the one side: each group is one of its rows, and the rows of the other that belong to it.
      if (!found || !identifiesRow(found.one, new Set(found.keyColumns), catalog)) continue;
      const change = summedFirst(found, level, statement);
      if (change === null) continue;
      yield {
        node: withSelect(statement, level, change),
        because: "the rows are summed up before they are joined, so that one row for each group is joined instead of all",
        assumes: [`"${found.one.alias}" has one row for each group: checked, it is grouped by a unique key without nulls`],
        contract: "same-result",
      };
    }
  },
});

interface Shape {
  readonly from: Extract<Node, { JoinExpr: unknown }>["JoinExpr"];
  readonly one: FromTable;
  readonly many: FromTable;
  /** Columns of the one side grouped by. */
  readonly keyColumns: readonly string[];
  readonly link: { readonly column: string; readonly other: Node };
  /** Conditions on the many side alone. */
  readonly inner: readonly Node[];
  readonly outer: readonly Node[];
}

const orderless = ["count", "sum", "avg", "min", "max", "bool_and", "bool_or", "every"];

function shapeOf(level: QueryLevel): Shape | null {
  const { select } = level;
  const [item, ...more] = select.fromClause ?? [];
  const from = item && "JoinExpr" in item ? item.JoinExpr : null;
  const odd: (keyof SelectStmt)[] = [
    "distinctClause",
    "havingClause",
    "windowClause",
    "withClause",
    "groupDistinct",
    "sortClause",
    "limitCount",
    "limitOffset",
  ];
  if (!from || more.length > 0 || odd.some((field) => select[field] !== undefined) || !select.groupClause) return null;
  const one = level.tables.find((table) => table.node === from.larg);
  const many = level.tables.find((table) => table.node === from.rarg);
  const isLeft = from.jointype === "JOIN_LEFT";
  if (!one || !many || one.renamed || many.renamed || (from.jointype !== "JOIN_INNER" && !isLeft) || !from.quals) return null;
  if (from.alias || from.isNatural || from.usingClause || level.aliases.length !== 2) return null;
  const grouped = select.groupClause.map((node) => level.column(node));
  if (grouped.some((use) => use?.table !== one)) return null;
  const onlyReads = (node: Node, table: FromTable) => [...level.tablesIn(node)].every((each) => each === table || each.level !== level);
  const { quals } = from;
  const on = "BoolExpr" in quals && quals.BoolExpr.boolop === "AND_EXPR" ? (quals.BoolExpr.args ?? []) : [quals];
  const links = on.flatMap((condition) => {
    const equality = equalityOn(level, condition, many);
    const other = equality && level.column(equality.other);
    return equality && other?.table === one
      ? [{ condition, column: equality.own.column, other: columnRef(one.alias, other.column.name), of: other.column }]
      : [];
  });
  const [link, ...others] = links;
  if (!link || others.length > 0 || link.column.baseType !== link.of.baseType || link.column.collation !== link.of.collation) return null;
  const rest = on.filter((condition) => condition !== link.condition);
  if (!rest.every((condition) => onlyReads(condition, many)) || [...rest, ...level.where].some((each) => level.qualify(each) === null))
    return null;
  // Under an outer join a condition of WHERE on the many side is asked of missing rows too.
  const inner = level.where.filter((condition) => onlyReads(condition, many) && [...level.tablesIn(condition)].includes(many));
  const outer = level.where.filter((condition) => !inner.includes(condition));
  if ((isLeft && inner.length > 0) || !outer.every((condition) => onlyReads(condition, one))) return null;
  const keyColumns = grouped.flatMap((use) => (use ? [use.column.name] : []));
  // Qualified: beside the sums, names of the one side may mean something else.
  return { from, one, many, keyColumns, link: { column: link.column.name, other: link.other }, inner: [...rest, ...inner], outer };
}

function summedFirst(
  { from, one, many, link, inner, outer }: Shape,
  level: QueryLevel,
  statement: RewriteStatement,
): Partial<Record<keyof SelectStmt, unknown>> | null {
  const alias = freshName(statement, `per_${link.column}`);
  const keyName = freshName(statement, "group_key");
  const values: Node[] = [];
  const targets = targetsOf(level.select).map(({ val, name, node }) => {
    if (!("FuncCall" in val)) {
      const moved = level.qualify(val);
      const isOwn = [...level.tablesIn(val)].every((each) => each === one);
      return moved && isOwn ? target(moved, name ?? undefined) : null;
    }
    const called = orderless.find((each) => isBuiltIn(val.FuncCall, each));
    const { over, agg_filter, agg_star, args = [] } = val.FuncCall;
    const parts = [...args, ...(agg_filter ? [agg_filter] : [])].map((each) => level.qualify(each));
    const ofMany = [...args, ...(agg_filter ? [agg_filter] : [])].every((each) =>
      [...level.tablesIn(each)].every((table) => table === many),
    );
    // count(*) counts the joined row of a parent without rows too.
    if (
      !called ||
      over ||
      !ofMany ||
      parts.includes(null) ||
      (agg_star && from.jointype === "JOIN_LEFT") ||
      (!agg_star && args.length !== 1)
    )
      return null;
    const reads = args.some((each) => level.tablesIn(each).has(many));
    if (!agg_star && !reads) return null;
    const valueName = freshName(statement, values.length === 0 ? "group_value" : `group_value_${values.length + 1}`);
    values.push(target(val, valueName));
    const value = columnRef(alias, valueName);
    const isMissing = from.jointype === "JOIN_LEFT" && called === "count";
    return "ResTarget" in node ? target(isMissing ? coalesce(value, integerConst(0)) : value, name ?? called) : null;
  });
  if (targets.includes(null) || values.length === 0) return null;
  const sums = changed(selectOf({}), {
    targetList: [target(columnRef(many.alias, link.column), keyName), ...values],
    fromClause: [many.node],
    whereClause: whereOf(inner),
    groupClause: [columnRef(many.alias, link.column)],
  });
  const jointype = from.jointype === "JOIN_LEFT" ? "JOIN_LEFT" : "JOIN_INNER";
  return {
    targetList: targets,
    fromClause: [join(one.node, jointype, fromSubquery(sums, alias), operation(columnRef(alias, keyName), "=", link.other))],
    whereClause: whereOf(outer),
    groupClause: undefined,
  };
}
