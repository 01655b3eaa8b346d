import {
  changed,
  columnRef,
  comparisonsOf,
  type FromTable,
  freshName,
  fromSubquery,
  fromTable,
  identifiesRow,
  index,
  indexKeys,
  integerConst,
  integerOf,
  isBuiltIn,
  isPlain,
  join,
  key,
  levelOf,
  type Node,
  type OrderKey,
  operation,
  orderKeys,
  type Parent,
  parentOf,
  type QueryLevel,
  type RewriteStatement,
  rewriteRule,
  type SelectStmt,
  selectOf,
  sortBy,
  star,
  target,
  targetsOf,
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
      const [item, ...others] = level.select.fromClause ?? [];
      const query = item && "RangeSubselect" in item ? item.RangeSubselect.subquery : undefined;
      if (!item || !("RangeSubselect" in item) || others.length > 0 || !query || !("SelectStmt" in query)) continue;
      const own = item.RangeSubselect.alias?.colnames ? null : levelOf(statement, query.SelectStmt);
      const numbered = own && numberedBy(own);
      const count = numbered && wanted(level.where, numbered.name, item.RangeSubselect.alias?.aliasname ?? "");
      if (!own || !numbered || !count) continue;
      const { table, partition, order } = numbered;
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
      const node = statement.replace([own.select, perParent(own, statement, { numbered, parent, count, catalog })]);
      const assumes = [
        ...noTies,
        `the foreign key ${parent.constraint} is never broken: checked, it is validated; no deferred check is pending`,
      ];
      yield { node, because, assumes, contract: "same-result", suggests };
    }
  },
});

const noTies = ["the order leaves no ties: checked, it includes a unique key without nulls"];

interface Numbered {
  readonly name: string;
  readonly table: FromTable;
  readonly partition: readonly OrderKey[];
  readonly order: readonly OrderKey[];
}

const plainFields = new Set<string>(["targetList", "fromClause", "whereClause", "limitOption", "op"] satisfies (keyof SelectStmt)[]);

/** One row_number() in a query of one table that has nothing else beyond FROM and WHERE. */
function numberedBy(own: QueryLevel): Numbered | null {
  const [table] = own.tables;
  if (!table || own.aliases.length !== 1 || table.renamed || (own.select.op ?? "SETOP_NONE") !== "SETOP_NONE") return null;
  if (Object.keys(own.select).some((field) => !plainFields.has(field))) return null;
  const [only, ...more] = targetsOf(own.select).filter(({ val }) => JSON.stringify(val).includes('"over":'));
  if (!only || more.length > 0 || !("FuncCall" in only.val) || !isBuiltIn(only.val.FuncCall, "row_number")) return null;
  const others = targetsOf(own.select).filter((each) => each.node !== only.node);
  // A function that returns several rows would multiply them after the numbering.
  if (!isPlain(changed(own.select, { targetList: others.map(({ node }) => node) }))) return null;
  const { over, agg_filter } = only.val.FuncCall;
  if (!over || over.name || over.refname || agg_filter || !over.orderClause) return null;
  const partition = orderKeys(
    own,
    (over.partitionClause ?? []).map((node) => sortBy(node)),
  );
  const order = orderKeys(own, over.orderClause);
  return partition && order ? { name: only.name ?? "row_number", table, partition, order } : null;
}

/** The largest number kept, 2 to 1000, by a conjunct; the condition stays as it is. */
function wanted(where: readonly Node[], name: string, alias: string): bigint | null {
  for (const condition of where)
    for (const { left, operator, right } of comparisonsOf(condition)) {
      const fields =
        "ColumnRef" in left ? (left.ColumnRef.fields ?? []).map((field) => ("String" in field ? field.String.sval : null)) : [];
      const isNumber = fields.at(-1) === name && (fields.length === 1 || (fields.length === 2 && fields[0] === alias));
      const limit = isNumber ? integerOf(right) : null;
      const count = limit === null ? 0n : operator === "<" ? limit - 1n : ["<=", "="].includes(operator) ? limit : 0n;
      if (count >= 1n && count <= 1000n) return count;
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
  readonly numbered: Numbered;
  readonly parent: Parent;
  readonly count: bigint;
  readonly catalog: Parameters<typeof fromTable>[2];
}

function perParent(own: QueryLevel, statement: RewriteStatement, { numbered, parent, count, catalog }: Listed): SelectStmt {
  const { table, partition, order } = numbered;
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
