import { indexRule } from "../../../src/rule/index.ts";

export default indexRule({
  detects: "An index that a failed CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY left invalid",
  effect: "No query may use it, yet every write still maintains it",
  remedy: "Drop it, and build it again if it is still wanted",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      says: "A failed concurrent build leaves an invalid index that is ignored for querying but still consumes update overhead; drop it and try again, or rebuild it with REINDEX INDEX CONCURRENTLY",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY",
      says: "An invalid index whose name ends in _ccnew or _ccold is a leftover of a failed REINDEX CONCURRENTLY and is to be dropped",
    },
  ],

  *inspect(relation) {
    for (const index of relation.indexes) {
      // A partitioned index is invalid until every partition has its part; it stores nothing.
      if (index.valid || index.partitioned || index.parent !== null) continue;
      // What backs a constraint cannot be dropped by itself: REINDEX mends it.
      if (index.constraint !== null || index.primary) continue;
      const leftover = /_cc(new|old)\d*$/.test(index.name);
      const again = leftover
        ? "it is what a failed REINDEX CONCURRENTLY left; the index it was to replace is still there"
        : `if it is wanted, run REINDEX INDEX CONCURRENTLY instead, or drop it and run again: ${index.definition.replace(/^CREATE (UNIQUE )?INDEX /, "CREATE $1INDEX CONCURRENTLY ")}`;
      yield {
        kind: "drop",
        index: { schema: index.schema, name: index.name },
        relation: { schema: relation.schema, name: relation.name },
        because: `it is invalid, so no query uses it, unless pg_stat_progress_create_index shows it being built now; ${again}`,
      };
    }
  },
});
