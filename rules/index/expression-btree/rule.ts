import {
  equalityColumns,
  expressionOrders,
  figure,
  hasBtreeOrder,
  index,
  indexableRelation,
  indexRule,
  key,
  listed,
  minRowsOption,
  rowsInWords,
  servedBy,
  typeKind,
  whyNotImmutable,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects:
    "An expression over columns (lower(email), (meta ->> 'score')::int, a || b) that is compared, sorted or grouped by, and not indexed",
  effect: "The expression is computed for every row, and an index on the bare column does not help",
  remedy: "Create a B-tree on the expression exactly as the statement writes it, with the equality and sort columns beside it",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-expressional.html",
      says: "An index can be defined on the result of a function or expression; it is then found like a simple column, at the price of computing it on every insert and non-HOT update",
    },
    {
      url: "https://www.postgresql.org/docs/current/xfunc-volatility.html",
      says: "Functions and operators in an index definition must be immutable",
    },
  ],
  options: {
    minRows: minRowsOption,
    maxKeys: { default: 4, min: 1, max: 8, unit: "columns", doc: "Widest key to propose" },
  },

  *propose(scan, { catalog, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    const ordered = (sql: string, type: string | null) => hasBtreeOrder(type) && !/\$\d/.test(sql);
    const uses = expressionOrders(scan, equalityColumns(catalog, scan)).filter(({ expression }) =>
      ordered(expression.sql, typeKind(catalog, scan.relation, expression)),
    );

    for (const { keys } of uses.filter(({ expression }) => expression.immutable !== false).slice(0, 12)) {
      if (keys.some(({ sql }) => uses.some(({ expression }) => expression.sql === sql && expression.immutable === false))) continue;
      const wanted = index(scan.relation, "btree", keys.slice(0, options.maxKeys));
      if (servedBy(catalog, wanted)) continue;
      const expressions = keys.filter(({ column }) => column === null).map(({ sql }) => sql);
      const because = `${listed(expressions)} ${expressions.length > 1 ? "are" : "is"} computed for each of ${rows}; an index stores the result, and ANALYZE then knows its distribution`;
      yield { kind: "create", index: wanted, because };
    }

    const refused = new Map(
      uses.filter(({ expression }) => expression.immutable === false).map(({ expression }) => [expression.sql, expression]),
    );
    for (const expression of refused.values()) {
      const wanted = index(scan.relation, "btree", [key(expression)]);
      yield { kind: "refuse", index: wanted, because: whyNotImmutable(expression, scan, catalog) };
    }
  },
});
