import { covers, figure, type Index, indexRule, listed, mustStay, sameIndex } from "../../../src/rule/index.ts";

export default indexRule({
  detects: "An index whose keys are the beginning of another index",
  effect: "Every write maintains it, though the wider index answers the same searches",
  remedy: "Drop the narrower index",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
      says: "A multicolumn B-tree serves conditions on any leading subset of its columns; multicolumn GIN and BRIN serve any subset",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-partial.html",
      says: "A partial index can be far smaller than a full one, so a full one does not replace it",
    },
  ],

  *inspect(relation, { catalog }) {
    const valid = relation.indexes.filter((each) => each.valid);
    for (const narrow of valid) {
      if (narrow.unique || mustStay(catalog, relation, narrow) !== null) continue;
      const wider = valid.filter((each) => each !== narrow && !sameIndex(each, narrow) && covers(each, narrow)).sort(smallestFirst);
      const [wide] = wider;
      if (!wide) continue;
      const sizes = wide.bytes > 0 && narrow.bytes > 0 ? ` (${figure(narrow.bytes / 1024)} and ${figure(wide.bytes / 1024)} KiB)` : "";
      yield {
        kind: "drop",
        index: { schema: narrow.schema, name: narrow.name },
        relation: { schema: relation.schema, name: relation.name },
        because: `${listed(narrow.keys.map((each) => each.sql))} ${narrow.keys.length > 1 ? "are" : "is"} where ${wide.name} begins too${sizes}`,
      };
    }
  },
});

/** The smallest that covers it costs searches least; by name when equal. */
function smallestFirst(a: Index, b: Index): number {
  return a.currentPages - b.currentPages || (a.name < b.name ? -1 : 1);
}
