import { type CatalogView, type Index, indexRule, mustStay, type Relation, sameIndex } from "../../../src/rule/index.ts";

export default indexRule({
  detects: "Two indexes of one table that are the same but for their names",
  effect: "Every write maintains both, both take disk and cache, and only one is ever read",
  remedy: "Drop the one that backs nothing",
  sources: [
    {
      url: "https://wiki.postgresql.org/wiki/Index_Maintenance",
      says: "Finds multiple indexes with the same set of columns, operator class, expression and predicate",
    },
    { url: "https://www.postgresql.org/docs/current/indexes-ordering.html", says: "A B-tree can be scanned forwards or backwards" },
  ],

  *inspect(relation, { catalog }) {
    const left = relation.indexes.filter((each) => each.valid);
    while (left.length > 0) {
      const [first] = left;
      if (!first) return;
      const same = left.filter((each) => sameIndex(first, each)).sort(worthKeeping(catalog, relation));
      for (const each of same) left.splice(left.indexOf(each), 1);
      const [kept, ...others] = same;
      for (const other of others)
        if (kept && mustStay(catalog, relation, other) === null && enforcesAll(kept, other))
          yield {
            kind: "drop",
            index: { schema: other.schema, name: other.name },
            relation: { schema: relation.schema, name: relation.name },
            because: `it is the same index as ${kept.name}${kept.constraint ? `, which backs the constraint ${kept.constraint.name}` : ""}`,
          };
    }
  },
});

/** What `other` forbids, `kept` must forbid too. NULLS NOT DISTINCT forbids more. */
function enforcesAll(kept: Index, other: Index): boolean {
  return !other.unique || (kept.unique && (kept.nullsNotDistinct || !other.nullsNotDistinct));
}

/** Most bound first, then unique, most read, and by name. */
function worthKeeping(catalog: CatalogView, relation: Relation): (a: Index, b: Index) => number {
  const bound = (each: Index) => (each.primary ? 3 : each.constraint ? 2 : mustStay(catalog, relation, each) ? 1 : 0);
  const unique = (each: Index) => (each.unique ? (each.nullsNotDistinct ? 2 : 1) : 0);
  return (a, b) => bound(b) - bound(a) || unique(b) - unique(a) || (b.scans ?? 0) - (a.scans ?? 0) || (a.name < b.name ? -1 : 1);
}
