import {
  brinClass,
  brinStorage,
  figure,
  index,
  indexableRelation,
  indexRule,
  key,
  minRowsOption,
  type PlacedColumn,
  placedColumns,
  servedBy,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects: "A large table searched by a column whose values follow the order of the rows on disk",
  effect: "A B-tree over it takes an entry for every row; without one the whole table is read",
  remedy: "Create a BRIN index: a summary for each range of pages, thousands of times smaller",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/brin.html",
      says: "BRIN suits very large tables in which columns have some natural correlation with their physical location; pages_per_range trades size for precision",
    },
  ],
  gates: [
    {
      from: 14,
      changes: "minmax-multi and bloom operator classes stand outliers and unordered, clumped values",
      source: {
        url: "https://www.postgresql.org/docs/release/14.0/",
        says: "Allow BRIN indexes to use bloom filters and to record multiple min/max values per range",
      },
    },
  ],
  options: {
    minRows: { ...minRowsOption, default: 50_000 },
    minPages: { default: 1_000, min: 1, max: 1e9, unit: "blocks", doc: "Leave smaller tables alone: a sequential scan of them is cheap" },
    minCorrelation: { default: 0.9, min: 0, max: 1, unit: "|correlation|", doc: "From here plain minmax ranges stay narrow" },
    minLooseCorrelation: {
      default: 0.5,
      min: 0,
      max: 1,
      unit: "|correlation|",
      doc: "From here minmax-multi or bloom may still do; below, refused",
    },
  },

  *propose(scan, { catalog, options, postgres }) {
    const relation = indexableRelation(catalog, scan, options.minRows);
    const pages = catalog.pages(scan.relation);
    if (!relation || pages < options.minPages) return;
    const define = (columns: readonly PlacedColumn[], operatorClass: string | null) => {
      const keys = columns.map((each) => key(each.name, { operatorClass }));
      return index(scan.relation, "brin", keys, { storage: brinStorage(catalog, relation) });
    };
    const placed = placedColumns(scan, relation, catalog);
    for (const column of placed) {
      const flavour = column.order >= options.minCorrelation ? "minmax" : column.bounded ? "minmax-multi" : "bloom";
      const operatorClass = flavour === "minmax" || postgres < 14 ? null : brinClass(column.baseType, flavour);
      const wanted = define([column], operatorClass);
      if (servedBy(catalog, wanted)) continue;
      const follows = `${column.name} follows the order of the rows on disk with correlation ${column.order.toFixed(2)} over ${figure(pages)} blocks`;
      const hopeless = column.order < options.minLooseCorrelation || (flavour !== "minmax" && operatorClass === null);
      if (!hopeless) yield { kind: "create", index: wanted, because: `${follows}${reason[flavour]}` };
      else if (column.bounded)
        yield { kind: "refuse", index: wanted, because: `${follows}: too loosely for any range of blocks to be skipped` };
    }
    const together = placed.filter((each) => each.order >= options.minCorrelation);
    const wanted = together.length > 1 ? define(together, null) : null;
    if (wanted && !servedBy(catalog, wanted))
      yield {
        kind: "create",
        index: wanted,
        because: `${together.map((each) => each.name).join(" and ")} all follow the order of the rows on disk`,
      };
  },
});

const reason = {
  minmax: ", so each range of blocks holds few values",
  "minmax-multi": ", loosely: several intervals a range keep stray values from widening it",
  bloom: ", loosely, and is compared by equality: a filter of each range's values can rule the range out",
} as const;
