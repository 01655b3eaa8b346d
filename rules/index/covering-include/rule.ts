import {
  alreadyGiven,
  averageWidth,
  btreeScan,
  coveringDoubt,
  coveringOrders,
  figure,
  findsOneRow,
  index,
  indexRule,
  keyOrder,
  listed,
  minRowsOption,
  usualTerms,
} from "../../../src/rule/index.ts";

const limitPerScan = 12;

export default indexRule({
  detects: "A scan whose columns all fit into one narrow index",
  effect: "For every row an index finds, PostgreSQL visits the table; without a usable index it reads all of every row",
  remedy: "Create a B-tree that also holds the columns read (INCLUDE), so that an index-only scan answers",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-index-only-scans.html",
      says: "An index-only scan needs every referenced column in the index and pages marked all-visible; be conservative with wide non-key columns",
    },
    {
      url: "https://www.postgresql.org/docs/current/btree.html#BTREE-DEDUPLICATION",
      says: "INCLUDE indexes can never use deduplication",
    },
  ],
  options: {
    minRows: minRowsOption,
    maxKeyColumns: { default: 4, min: 1, max: 8, unit: "columns", doc: "Widest key to propose" },
    maxColumns: { default: 10, min: 1, max: 32, unit: "columns", doc: "Most columns in one covering index, key included" },
    maxEntryBytes: { default: 160, min: 8, max: 2700, unit: "bytes", doc: "Average width of all columns of one index entry" },
    minVisits: {
      default: usualTerms.minVisits,
      min: 0,
      max: 1e6,
      unit: "rows",
      doc: "Leave a scan alone that finds fewer rows: each spares one page at most",
    },
    wholeFraction: {
      default: usualTerms.wholeFraction,
      min: 0,
      max: 1,
      unit: "of the rows",
      doc: "From here a scan counts as reading the whole index",
    },
    maxShareOfRow: {
      default: usualTerms.maxShareOfRow,
      min: 0,
      max: 1,
      unit: "of a row's bytes",
      doc: "Widest entry worth reading whole in the table's place",
    },
  },

  *propose(scan, { catalog, options }) {
    // A statement that changes the row needs the row itself.
    if (scan.role !== "read" || scan.columnsRead === null) return;
    const facts = btreeScan(scan, catalog, options.minRows);
    // One row by a unique key of the statement's own values costs one block of the table at most.
    if (!facts || findsOneRow(catalog, facts, keyOrder([], [], 0))) return;
    const columns = facts.relation.columns.map((each) => each.name);
    const read = `the statement reads ${figure(scan.columnsRead.length)} of ${figure(columns.length)} columns`;
    let proposed = 0;
    let refused = false;
    for (const order of coveringOrders(facts, catalog, scan.columnsRead, options.maxKeyColumns)) {
      const keys = order.keys.map((each) => each.column ?? each.sql);
      const doubt = coveringDoubt(facts, catalog, { order, read: scan.columnsRead, terms: options });
      if (doubt === "few-visits") continue;
      const include = scan.columnsRead.filter((name) => !keys.includes(name)).sort();
      if (alreadyGiven(catalog, facts, order, include)) continue;
      if (keys.length + include.length > options.maxColumns || proposed === limitPerScan) return;
      const wanted = index(scan.relation, "btree", order.keys, { include });
      const bytes = averageWidth(facts, catalog, [...keys, ...include]);
      if (bytes > options.maxEntryBytes) {
        yield {
          kind: "refuse",
          index: wanted,
          because: `${read}, but an entry that holds them would be about ${figure(bytes)} bytes wide`,
        };
        return;
      }
      if (doubt === "not-narrow") {
        const because = `${read} and keeps much of its rows; at about ${figure(bytes)} bytes an entry the index would be read nearly as the table is`;
        if (include.length > 0 && !refused) yield { kind: "refuse", index: wanted, because };
        refused = true;
        continue;
      }
      proposed++;
      const share = `about ${figure(bytes)} of ${figure(averageWidth(facts, catalog, columns))} bytes a row`;
      yield {
        kind: "create",
        index: wanted,
        because: `${read}, ${share}; with ${listed([...keys, ...include])} in the index the table is not visited`,
      };
    }
  },
});
