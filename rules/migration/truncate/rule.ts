import { inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "table emptied",
  detects: "`TRUNCATE` of a table that was there before",
  effect: "All rows are gone, and ACCESS EXCLUSIVE keeps everybody out until the transaction ends",
  remedy: "Delete in batches by key, if rows must go while the table is used",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-truncate.html",
      says: "TRUNCATE takes ACCESS EXCLUSIVE on each table it works on; CASCADE adds all that refer to them",
    },
  ],

  judge(change, before) {
    if (change.kind !== "truncate" || change.cascade) return null;
    const used = change.relations.filter((each) => inUse(before, each));
    const [first] = used;
    if (!first) return null;
    return {
      message: `TRUNCATE removes all rows of ${used.map(readableQualified).join(", ")} and locks out every query on ${used.length === 1 ? "it" : "them"}`,
      about: first,
      safer: [],
    };
  },
});
