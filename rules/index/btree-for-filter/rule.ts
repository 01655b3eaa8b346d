import {
  type BtreeScan,
  btreeScan,
  filterOrders,
  index,
  indexRule,
  type KeyOrder,
  listed,
  minRowsOption,
  type Proposal,
  rowsKept,
  worthTrying,
} from "../../../src/rule/index.ts";

/** Enough for every useful order of three columns; the prover tries each. */
const limitPerScan = 12;

export default indexRule({
  detects: "A filtered scan that no B-tree narrows by its equality columns and one range",
  effect: "PostgreSQL reads the whole table, or too much of an index, to keep a few rows",
  remedy: "Create a B-tree: equality columns first, then one range column",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
      says: "Equality constraints on leading columns, plus an inequality on the first column without one, limit the part of the index that is scanned",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-types.html",
      says: "BETWEEN and IN can be implemented with a B-tree search, and IS NULL or IS NOT NULL too",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-bitmap-scans.html",
      says: "An OR of conditions can be answered by combining one index scan for each arm",
    },
  ],
  options: {
    minRows: minRowsOption,
    maxKeyColumns: { default: 4, min: 1, max: 8, unit: "columns", doc: "Widest key to propose" },
  },

  *propose(scan, { catalog, options }) {
    const facts = btreeScan(scan, catalog, options.minRows);
    if (!facts) return;
    const because = (order: KeyOrder) => {
      const columns = order.keys.map((each) => each.sql);
      const kept = rowsKept(
        catalog,
        scan,
        order.keys.map((each) => each.column),
      );
      return `the statement compares ${listed(columns)} and no index starts with ${columns.length > 1 ? "them" : "it"}${kept ? `; ${kept} pass` : ""}`;
    };
    const create = (order: KeyOrder): Proposal => ({
      kind: "create",
      index: index(scan.relation, "btree", order.keys),
      because: because(order),
    });

    for (const order of worthTrying(catalog, facts, filterOrders(facts, options.maxKeyColumns), limitPerScan)) yield create(order);

    for (const arms of scan.disjunctions.slice(0, 2)) {
      // A bitmap OR needs an index for every arm.
      const each = arms.map((arm) => btreeScan(scan, catalog, options.minRows, arm));
      if (each.length > 6 || each.some((arm) => arm === null || filterOrders(arm, 1).length === 0)) continue;
      const seen = new Set<string>();
      for (const arm of each.filter((found): found is BtreeScan => found !== null)) {
        const orders = [...filterOrders(arm, options.maxKeyColumns).slice(0, 1), ...withCommon(facts, arm, options.maxKeyColumns)];
        for (const order of worthTrying(catalog, arm, orders, 2).filter((one) => !seen.has(text(one)) && seen.add(text(one))))
          yield {
            ...create(order),
            because: `one arm of an OR compares ${listed(order.keys.map((one) => one.sql))}; with every arm indexed the scan reads only their rows`,
          };
      }
    }
  },
});

const text = (order: KeyOrder) => JSON.stringify(order.keys);

/** An arm's columns behind the equality that every arm shares. */
function withCommon(common: BtreeScan, arm: BtreeScan, maxKeys: number): KeyOrder[] {
  if (common.equality.length === 0) return [];
  return filterOrders({ ...arm, equality: [...common.equality, ...arm.equality] }, maxKeys).slice(0, 1);
}
