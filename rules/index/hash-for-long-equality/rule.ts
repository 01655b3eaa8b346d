import { btreeScan, figure, index, indexRule, key, minRowsOption, servedBy } from "../../../src/rule/index.ts";

/** Types that fill a B-tree with their own bytes; a hash entry keeps four bytes of each. */
const longTypes = new Set(["text", "varchar", "bpchar", "bytea", "uuid", "inet", "name"]);

/** A B-tree entry is at most a third of a page; longer values cannot be inserted at all (btree.html). */
const btreeLimitBytes = 2704;

export default indexRule({
  detects: "Equality alone on a column of long, mostly distinct values",
  effect: "A B-tree stores every value in full and grows with its length; past 2,704 bytes it refuses the row",
  remedy: "Create a hash index, which stores a 4-byte hash code whatever the value's length",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/hash-index.html",
      says: "A hash index stores only the 4-byte hash value, supports only equality, and suits unique or nearly unique long values",
    },
    {
      url: "https://www.postgresql.org/docs/current/btree.html",
      says: "A B-tree entry cannot exceed about one-third of a page",
    },
  ],
  options: {
    minRows: { ...minRowsOption, default: 10_000 },
    minWidthBytes: {
      default: 16,
      min: 1,
      max: 10_000,
      unit: "bytes",
      doc: "Average width from which a hash index is smaller than a B-tree",
    },
    minDistinctFraction: {
      default: 0.1,
      min: 0,
      max: 1,
      unit: "distinct values per row",
      doc: "Below it B-tree deduplication wins and buckets overflow",
    },
  },

  *propose(scan, { catalog, options }) {
    const facts = btreeScan(scan, catalog, options.minRows);
    const rows = catalog.rows(scan.relation);
    if (!facts || rows === null) return;
    const ordered = new Set([...scan.sort.map((each) => each.on.column), ...scan.grouping.map((each) => each.column)]);
    for (const predicate of scan.predicates) {
      const column = facts.relation.columns.find((each) => each.name === predicate.on.column);
      if (!column || predicate.operator !== "=" || !longTypes.has(column.baseType) || ordered.has(column.name)) continue;
      if (predicate.compared.kind === "constant" && predicate.compared.value === null) continue;
      // Also bounded or matched by a pattern: an index in order serves both.
      if (scan.predicates.some((other) => other !== predicate && other.on.column === column.name && other.operator !== "=")) continue;
      const width = catalog.statistics(scan.relation, column.name)?.averageWidthBytes ?? 0;
      const distinct = catalog.distinct(scan.relation, column.name) ?? 0;
      if (width < options.minWidthBytes || distinct < options.minDistinctFraction * rows) continue;
      const wanted = index(scan.relation, "hash", [key(column.name)]);
      if (servedBy(catalog, wanted) || servedBy(catalog, { ...wanted, accessMethod: "btree" })) continue;
      const why = width > btreeLimitBytes ? "too long for a B-tree entry" : "longer than a hash entry";
      yield {
        kind: "create",
        index: wanted,
        because: `${column.name} is only compared by equality; its ${figure(distinct)} distinct values are ${figure(width)} bytes on average, ${why}`,
      };
    }
  },
});
