import { type CatalogView, figure, type Index, indexRule, mustStay, type Relation, sameRelation } from "../../../src/rule/index.ts";

export default indexRule({
  detects: "An index that no scan has used since the counters were reset, long enough ago",
  effect: "Every insert and every update that is not HOT maintains it for nothing; it takes disk, cache and WAL",
  remedy: "Drop it, after asking the replicas too",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW",
      says: "idx_scan counts index scans initiated on this index, on this server, since the last reset",
    },
    {
      url: "https://www.postgresql.org/docs/current/storage-hot.html",
      says: "A HOT update is possible only when no indexed column changes",
    },
  ],
  options: {
    minWindowDays: {
      default: 30,
      min: 1,
      max: 3650,
      unit: "days",
      doc: "Shortest time the counters must have run: a month-end job uses an index once a month",
    },
    minIndexBytes: { default: 131_072, min: 0, max: 1e15, unit: "bytes", doc: "Leave smaller indexes alone" },
  },

  *inspect(relation, { catalog, options, countingDays }) {
    if (countingDays === null || countingDays < options.minWindowDays) return;
    for (const index of relation.indexes) {
      if (!index.valid || index.unique || mustStay(catalog, relation, index) !== null) continue;
      const parts = [index, ...attached(catalog, relation, index)];
      if (parts.some((each) => !each.partitioned && each.scans !== 0)) continue;
      const bytes = parts.reduce((sum, each) => sum + each.bytes, 0);
      if (bytes < options.minIndexBytes) continue;
      const statistics = index.keys.some((each) => each.column === null) ? "; the statistics of its expression go with it" : "";
      yield {
        kind: "drop",
        index: { schema: index.schema, name: index.name },
        relation: { schema: relation.schema, name: relation.name },
        because: `no scan used it in ${figure(countingDays)} days on this server (${figure(bytes / 1024)} KiB); replicas count their own scans${statistics}`,
      };
    }
  },
});

/** The indexes of the partitions, at every level, that belong to a partitioned index. */
function attached(catalog: CatalogView, relation: Relation, index: Index): Index[] {
  const candidates = catalog.children(relation).flatMap((child) => child.indexes);
  const of = (parent: Index): Index[] =>
    candidates.filter((each) => each.parent !== null && sameRelation(each.parent, parent)).flatMap((each) => [each, ...of(each)]);
  return of(index);
}
