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
  join,
  key,
  mostNumbered,
  type Node,
  type NumberedRows,
  numberedRows,
  type OrderKey,
  operation,
  type Parent,
  parentOf,
  type QueryLevel,
  type RewriteStatement,
  rewriteRule,
  type SelectStmt,
  selectOf,
  star,
  target,
  whereOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "row_number() of which only the first few of the table, or of each parent, are kept",
  effect: "All rows are read, sorted and numbered, and almost all of them dropped",
  remedy: "Take the first few with LIMIT, for each parent with LATERAL, and number those",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-limit.html",
      says: "LIMIT is taken into account when generating a plan, so that only the rows needed are sorted or read",
    },
    {
      url: "https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-LATERAL",
      says: "a LATERAL item is evaluated for each row of the FROM items that it refers to",
    },
  ],
  gates: [
    {
      from: 15,
      changes: "Numbering of a whole table stops at the number asked for (run conditions), so that only partitions are rewritten",
      source: {
        url: "https://www.postgresql.org/docs/15/release-15.html",
        says: "Improve the performance of window functions that use row_number(), rank(), dense_rank() and count()",
      },
    },
  ],
  options: {
    minRowsPerParent: {
      default: 20,
      min: 1,
      max: 1e9,
      unit: "rows",
      doc: "Leave partitions alone that have fewer rows for each row wanted",
    },
  },

  *rewrite(statement, { catalog, postgres, options }) {
    for (const level of statement.levels) {
      const numbered = numberedRows(statement, level);
      const count = numbered && wanted(level.where, numbered);
      if (!numbered || !count) continue;
      const { own, table, partition, order } = numbered;
      if (!identifiesRow(table, new Set([...partition, ...order].map(({ use }) => use.column.name)), catalog)) continue;
      const because = "only the rows that are kept are sorted and numbered, straight from an index in this order";
      const suggests = [index(table.relation, "btree", [...partition.map(({ use }) => key(use.column.name)), ...indexKeys(order)])];
      if (partition.length === 0) {
        // Sorting stays; from 15 on numbering stops early, and only the narrower sort would be gained.
        if (postgres >= 15) continue;
        const first = limited(own, order, count, []);
        yield {
          node: statement.replace([own.select, around(own, fromSubquery(first, table.alias))]),
          because,
          assumes: noTies,
          contract: "same-result",
          suggests,
        };
        continue;
      }
      const [only, ...more] = partition;
      const parent = only && more.length === 0 ? parentOf(only.use, catalog) : null;
      const [rows, parents] = parent ? [catalog.rows(table.relation), catalog.rows(parent.relation)] : [null, null];
      if (!only || !parent || rows === null || parents === null || rows < parents * options.minRowsPerParent * Number(count)) continue;
      const node = statement.replace([own.select, perParent(statement, { numbered, parent, count, catalog })]);
      const assumes = [
        ...noTies,
        `the foreign key ${parent.constraint} is never broken: checked, it is validated; no deferred check is pending`,
      ];
      yield { node, because, assumes, contract: "same-result", suggests };
    }
  },
});

const noTies = ["the order leaves no ties: checked, it includes a unique key without nulls"];

/** The largest number kept, 1 to 1000, by a conjunct; the condition stays as it is. */
function wanted(where: readonly Node[], numbered: NumberedRows): bigint | null {
  for (const condition of where) {
    const count = mostNumbered(condition, numbered);
    if (count !== null && count >= 1n && count <= 1000n) return count;
  }
  return null;
}

/** The first rows of the table, whole. */
function limited(own: QueryLevel, order: readonly OrderKey[], count: bigint, more: readonly Node[]): SelectStmt {
  return changed(selectOf({}), {
    targetList: [target(star())],
    fromClause: own.select.fromClause,
    whereClause: whereOf([...own.where, ...more]),
    sortClause: order.map(({ node }) => node),
    limitCount: integerConst(count),
    limitOption: "LIMIT_OPTION_COUNT",
  });
}

/** The numbering query over another FROM item of the same name, which has filtered already. */
function around(own: QueryLevel, from: Node): SelectStmt {
  return changed(own.select, { fromClause: [from], whereClause: undefined });
}

interface Listed {
  readonly numbered: NumberedRows;
  readonly parent: Parent;
  readonly count: bigint;
  readonly catalog: Parameters<typeof fromTable>[2];
}

function perParent(statement: RewriteStatement, { numbered, parent, count, catalog }: Listed): SelectStmt {
  const { own, table, partition, order } = numbered;
  const alias = freshName(statement, parent.relation.name);
  const link = operation(columnRef(table.alias, partition[0]!.use.column.name), "=", columnRef(alias, parent.column));
  const first = fromSubquery(limited(own, order, count, [link]), table.alias, true);
  // Names of the parent's columns must not get into the way of the query's own.
  const rows = changed(selectOf({}), {
    targetList: [target(star(table.alias))],
    fromClause: [join(fromTable(parent.relation, alias, catalog), "JOIN_INNER", first)],
  });
  return around(own, fromSubquery(rows, table.alias));
}
