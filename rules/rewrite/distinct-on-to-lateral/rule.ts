import {
  changed,
  columnRef,
  freshName,
  fromSubquery,
  fromTable,
  identifiesRow,
  index,
  indexKeys,
  integerConst,
  isPlain,
  isReadBelow,
  join,
  key,
  operation,
  orderKeys,
  parentOf,
  rewriteRule,
  selectOf,
  star,
  starOf,
  target,
  targetsOf,
  whereOf,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "DISTINCT ON a foreign key: the first row for each parent",
  effect: "All rows of all parents are read and sorted for one row of each",
  remedy: "Walk through the parents and take each one's first row from an index, with LATERAL and LIMIT 1",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-LATERAL",
      says: "a LATERAL item is evaluated for each row of the FROM items that it refers to",
    },
    {
      url: "https://wiki.postgresql.org/wiki/Loose_indexscan",
      says: "PostgreSQL has no native loose index scan; one index search for each value is much faster when there are few of them",
    },
  ],
  options: {
    minRowsPerParent: {
      default: 20,
      min: 1,
      max: 1e9,
      unit: "rows",
      doc: "Leave tables alone that have fewer rows for each parent: each parent costs an index search",
    },
  },

  *rewrite(statement, { catalog, options }) {
    for (const level of statement.levels) {
      const { select } = level;
      const [only, ...more] = select.distinctClause ?? [];
      const [table] = level.tables;
      const use = only && level.column(only);
      if (!use || more.length > 0 || !table || use.table !== table || level.aliases.length !== 1 || table.renamed) continue;
      if (!isPlain(select, ["distinctClause", "sortClause", "limitCount", "limitOffset", "withClause"])) continue;
      const keys = orderKeys(level);
      const parent = parentOf(use, catalog);
      const [first, ...rest] = keys ?? [];
      if (!parent || !first || first.use.column.name !== use.column.name || isReadBelow(statement, level)) continue;
      if (!identifiesRow(table, new Set((keys ?? []).map((each) => each.use.column.name)), catalog)) continue;
      const [rows, parents] = [catalog.rows(table.relation), catalog.rows(parent.relation)];
      if (rows === null || parents === null || rows < parents * options.minRowsPerParent) continue;
      const shown = targetsOf(select).map(({ val, name }) => {
        const moved = starOf(val) ? star(table.alias) : level.qualify(val);
        return moved && target(moved, name ?? undefined);
      });
      if (shown.some((each) => each === null)) continue;
      const alias = freshName(statement, parent.relation.name);
      const own = operation(columnRef(table.alias, use.column.name), "=", columnRef(alias, parent.column));
      const newest = changed(selectOf({}), {
        targetList: [target(star())],
        fromClause: select.fromClause,
        whereClause: whereOf([...level.where, own]),
        sortClause: rest.length > 0 ? rest.map(({ node }) => node) : undefined,
        limitCount: integerConst(1),
        limitOption: "LIMIT_OPTION_COUNT",
      });
      const direction = "SortBy" in first.node ? first.node.SortBy : {};
      yield {
        node: withSelect(statement, level, {
          distinctClause: undefined,
          targetList: shown,
          fromClause: [join(fromTable(parent.relation, alias, catalog), "JOIN_INNER", fromSubquery(newest, table.alias, true))],
          whereClause: undefined,
          sortClause: [{ SortBy: { ...direction, node: columnRef(table.alias, use.column.name) } }],
        }),
        because: `each row of ${parent.relation.name} costs one search in an index, and the other rows of its group are never read`,
        assumes: [`the foreign key ${parent.constraint} is never broken: checked, it is validated; no deferred check is pending`],
        contract: "same-result",
        suggests: [index(table.relation, "btree", [key(use.column.name), ...indexKeys(rest)])],
      };
    }
  },
});
