import {
  changed,
  columnRef,
  equalitiesOf,
  identifiesRow,
  levelOf,
  type Node,
  operation,
  type QueryLevel,
  type RewriteStatement,
  rewriteRule,
  type SelectStmt,
  targetsOf,
  whereOf,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A join to a subquery with GROUP BY on the column it groups by",
  effect: "All groups are computed, also those that the join drops",
  remedy: "Compute the group of each row that is left, with LATERAL",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-LATERAL",
      says: "without LATERAL each subquery is evaluated independently and cannot refer to other FROM items",
    },
  ],

  *rewrite(statement, { catalog }) {
    for (const level of statement.levels) {
      const [from, ...more] = level.select.fromClause ?? [];
      if (!from || more.length > 0 || !("JoinExpr" in from)) continue;
      const { jointype, larg, rarg, quals, isNatural, usingClause, alias } = from.JoinExpr;
      if (!["JOIN_INNER", "JOIN_LEFT"].includes(jointype ?? "") || !larg || !rarg || !quals || isNatural || usingClause || alias) continue;
      const found = groupOf(rarg, quals, { level, statement, left: tablesOf(larg, level) });
      // An equality with a key of the left side: each of its rows has a group of its own, so that none is computed twice.
      if (!found || !identifiesRow(found.outer.table, new Set([found.outer.column.name]), catalog)) continue;
      const { query, link, item } = found;
      const lateral = {
        RangeSubselect: {
          ...item,
          lateral: true,
          subquery: { SelectStmt: changed(query, { whereClause: whereOf([...found.where, link]) }) },
        },
      };
      yield {
        node: withSelect(statement, level, { fromClause: [{ JoinExpr: { ...from.JoinExpr, rarg: lateral } }] }),
        because: "only the groups of rows that are left are computed, each from an index on the grouping column",
        assumes: [],
        contract: "same-result",
      };
    }
  },
});

type Left = ReadonlySet<QueryLevel["tables"][number]>;

/** The subquery joined, and the link that may go into it; null when it does not group by the column that is joined. */
function groupOf(
  rarg: Node,
  quals: Node,
  { level, statement, left }: { readonly level: QueryLevel; readonly statement: RewriteStatement; readonly left: Left },
) {
  const item = "RangeSubselect" in rarg ? rarg.RangeSubselect : null;
  const query: SelectStmt | undefined = item?.subquery && "SelectStmt" in item.subquery ? item.subquery.SelectStmt : undefined;
  const own = query && levelOf(statement, query);
  const name = item?.alias?.aliasname;
  if (!item || !query || !own || !name || item.lateral || item.alias?.colnames || !query.groupClause) return null;
  const odd: (keyof SelectStmt)[] = [
    "limitCount",
    "limitOffset",
    "distinctClause",
    "windowClause",
    "withClause",
    "sortClause",
    "groupDistinct",
  ];
  if (odd.some((field) => query[field] !== undefined) || JSON.stringify(query.targetList).includes('"over":')) return null;
  const grouped = query.groupClause.map((node) => own.column(node));
  if (grouped.some((use) => use === null || use.table.level !== own)) return null;
  const conditions = "BoolExpr" in quals && quals.BoolExpr.boolop === "AND_EXPR" ? (quals.BoolExpr.args ?? []) : [quals];
  for (const condition of conditions)
    for (const { left: inner, right } of equalitiesOf(condition)) {
      const fields =
        "ColumnRef" in inner ? (inner.ColumnRef.fields ?? []).map((field) => ("String" in field ? field.String.sval : "")) : [];
      const shown =
        fields.length === 2 && fields[0] === name ? targetsOf(query).find((each) => nameOf(each, own) === fields[1]) : undefined;
      const use = shown && own.column(shown.val);
      const outer = level.column(right);
      if (!use || !outer || !left.has(outer.table) || outer.table.renamed || outer.column.baseType !== use.column.baseType) continue;
      if (outer.column.collation !== use.column.collation || use.table.renamed) continue;
      if (!grouped.some((each) => each?.table === use.table && each.column.name === use.column.name)) continue;
      // Inside, the outer alias must still mean the outer table.
      if (own.aliases.includes(outer.table.alias)) continue;
      const link = operation(columnRef(use.table.alias, use.column.name), "=", columnRef(outer.table.alias, outer.column.name));
      return { item, query, where: own.where, link, outer };
    }
  return null;
}

function nameOf({ name, val }: { readonly name: string | null; readonly val: Node }, own: QueryLevel): string | null {
  return name ?? own.column(val)?.column.name ?? null;
}

/** Tables of one side of a join. */
function tablesOf(side: Node, level: QueryLevel): Left {
  const text = new Set<Node>();
  const visit = (node: Node | undefined) => {
    if (!node) return;
    if ("JoinExpr" in node) for (const each of [node.JoinExpr.larg, node.JoinExpr.rarg]) visit(each);
    else text.add(node);
  };
  visit(side);
  return new Set(level.tables.filter((table) => text.has(table.node)));
}
