import {
  changed,
  columnRef,
  freshAlias,
  index,
  integerConst,
  isNotNull,
  isNull,
  isPlainDistinct,
  key,
  type Node,
  operation,
  rewriteRule,
  type SelectStmt,
  scalarSubquery,
  selectOf,
  setOperation,
  sortBy,
  target,
  targetsOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "SELECT DISTINCT of one column with few values in a large table",
  effect: "Every row is read to find a handful of values",
  remedy: "Step from value to value with a recursive query over an index on the column",
  sources: [
    {
      url: "https://wiki.postgresql.org/wiki/Loose_indexscan",
      says: "PostgreSQL has no native loose index scan; a recursive CTE can emulate it, much faster when there are few distinct values",
    },
  ],
  options: {
    minRowsPerValue: {
      default: 1_000,
      min: 10,
      max: 1e9,
      unit: "rows",
      doc: "Leave columns alone that have fewer rows per distinct value: each step costs an index search",
    },
  },

  *rewrite(statement, { catalog, options }) {
    for (const level of statement.levels) {
      const { select } = level;
      const [table, ...joined] = level.tables;
      const [only, ...more] = targetsOf(select);
      const use = only && level.column(only.val);
      if (!use || !table || joined.length > 0 || more.length > 0 || level.aliases.length !== 1 || table.renamed) continue;
      const others: (keyof SelectStmt)[] = [
        "whereClause",
        "groupClause",
        "havingClause",
        "limitCount",
        "limitOffset",
        "withClause",
        "windowClause",
      ];
      if (!isPlainDistinct(select) || others.some((field) => select[field] !== undefined)) continue;
      const [rows, distinct] = [catalog.rows(table.relation), catalog.distinct(table.relation, use.column.name)];
      if (rows === null || distinct === null || rows / distinct < options.minRowsPerValue || table.relation.kind !== "table") continue;
      const alias = freshAlias(statement, "steps");
      yield {
        node: statement.replace([
          select,
          stepping(select, use.column.name, {
            alias,
            nullable: !use.notNull,
            from: table.node,
            name: only.name,
            isColumn: (node) => level.column(node)?.column === use.column,
          }),
        ]),
        because: "each value costs one search in an index on the column, and the rows between are never read",
        assumes: [],
        contract: "same-result",
        suggests: [index(table.relation, "btree", [key(use.column.name)])],
      };
    }
  },
});

interface Stepping {
  readonly alias: string;
  readonly nullable: boolean;
  readonly from: Node;
  readonly name: string | null;
  isColumn(node: Node | undefined): boolean;
}

function stepping(select: SelectStmt, column: string, { alias, nullable, from, name, isColumn }: Stepping): SelectStmt {
  const shown = name ?? column;
  const value = columnRef(column);
  const smallest = (where: Node) =>
    selectOf({
      targetList: [target(value)],
      fromClause: [from],
      whereClause: where,
      sortClause: [sortBy(value)],
      limitCount: integerConst(1),
      limitOption: "LIMIT_OPTION_COUNT",
    });
  const current = columnRef(alias, "value");
  const next = scalarSubquery(smallest(operation(value, ">", current)));
  const first = selectOf({ targetList: [target(scalarSubquery(smallest(isNotNull(value))), "value")] });
  const step = selectOf({
    targetList: [target(next)],
    fromClause: [relation(alias)],
    whereClause: isNotNull(current),
  });
  const found = selectOf({
    targetList: [target(current, shown)],
    fromClause: [relation(alias)],
    whereClause: isNotNull(current),
  });
  const missing = selectOf({
    targetList: [target({ A_Const: { isnull: true } })],
    whereClause: {
      SubLink: {
        subLinkType: "EXISTS_SUBLINK",
        subselect: { SelectStmt: selectOf({ targetList: [target(integerConst(1))], fromClause: [from], whereClause: isNull(value) }) },
      },
    },
  });
  const all = nullable ? setOperation(found, "SETOP_UNION", true, missing) : found;
  const withClause = {
    recursive: true,
    ctes: [
      {
        CommonTableExpr: {
          ctename: alias,
          aliascolnames: [{ String: { sval: "value" } }],
          ctematerialized: "CTEMaterializeDefault" as const,
          ctequery: { SelectStmt: setOperation(first, "SETOP_UNION", true, step) },
        },
      },
    ],
  };
  // An order by the column is kept, by the name it is shown under: it sorts a handful of values.
  const sortClause = select.sortClause?.map(
    (each): Node => ("SortBy" in each && isColumn(each.SortBy.node) ? { SortBy: { ...each.SortBy, node: columnRef(shown) } } : each),
  );
  return changed(all, { withClause, ...(sortClause ? { sortClause } : {}) });
}

function relation(relname: string): Node {
  return { RangeVar: { relname, inh: true, relpersistence: "p" } };
}
