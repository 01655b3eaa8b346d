import {
  btreeScan,
  figure,
  index,
  indexRule,
  type KeyOrder,
  listed,
  minRowsOption,
  type Scan,
  sortOrders,
  worthTrying,
} from "../../../src/rule/index.ts";

const limitPerScan = 12;

export default indexRule({
  detects: "ORDER BY, GROUP BY, DISTINCT, min() or max() in an order that no B-tree gives",
  effect: "Every matching row is read and sorted or hashed, even when LIMIT keeps only the first few",
  remedy: "Create a B-tree: equality columns, then the sort columns in their directions",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-ordering.html",
      says: "A B-tree gives its order forwards or backwards; mixed directions and NULLS placement need an index declared so; with LIMIT n the first n rows are read directly",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
      says: "Equality on leading columns leaves the order of the following ones intact",
    },
  ],
  options: {
    minRows: minRowsOption,
    maxKeyColumns: { default: 5, min: 1, max: 8, unit: "columns", doc: "Widest key to propose" },
  },

  *propose(scan, { catalog, options }) {
    const facts = btreeScan(scan, catalog, options.minRows);
    if (!facts) return;
    const rows = catalog.rows(scan.relation);
    const because = (order: KeyOrder) =>
      `${wish(scan)}, and an index on ${listed(order.keys.map((each) => each.sql))} holds the rows in that order${rows === null ? "" : ` (${figure(rows)} rows)`}`;
    for (const order of worthTrying(catalog, facts, sortOrders(facts, catalog, options.maxKeyColumns), limitPerScan))
      yield { kind: "create", index: index(scan.relation, "btree", order.keys), because: because(order) };
  },
});

function wish(scan: Scan): string {
  if (scan.extremes.length > 0) return "min() or max() needs only one end of an order";
  if (scan.sort.length === 0) return "rows are grouped";
  return typeof scan.limit === "number" ? `the first ${figure(scan.limit)} rows of an order are wanted` : "rows are wanted in an order";
}
