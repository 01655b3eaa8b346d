import { btreeScan, index, indexRule, joinOrders, type KeyOrder, listed, minRowsOption, worthTrying } from "../../../src/rule/index.ts";

/** Join columns × filters in the orders worth a try; a star join has more, and the first partners stand for them. */
const limitPerScan = 12;

export default indexRule({
  detects: "A joined relation with no B-tree on its join columns",
  effect: "A nested loop cannot look rows up, so the whole relation is hashed or sorted for a few matches",
  remedy: "Create a B-tree on the join columns together with the relation's own filters",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/planner-optimizer.html",
      says: "In a nested loop join the right relation can be scanned with an index, using values of the current left row as keys",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
      says: "A multicolumn B-tree works best with conditions on its leading columns",
    },
  ],
  options: {
    minRows: minRowsOption,
    maxKeyColumns: { default: 4, min: 1, max: 8, unit: "columns", doc: "Widest key to propose" },
  },

  *propose(scan, { catalog, options }) {
    const facts = btreeScan(scan, catalog, options.minRows);
    if (!facts) return;
    const partners = listed([...facts.joins.keys()]);
    const because = (order: KeyOrder) =>
      `it is joined${partners ? ` with ${partners}` : ""} by columns that no index starts with: ${listed(order.keys.map((each) => each.sql))} let each outer row find its matches`;
    for (const order of worthTrying(catalog, facts, joinOrders(facts, options.maxKeyColumns), limitPerScan))
      yield { kind: "create", index: index(scan.relation, "btree", order.keys), because: because(order) };
  },
});
