import type { Relation } from "../domain/catalog.ts";
import type { DatabaseState, RelationState } from "../domain/database-state.ts";
import { indexKey } from "../domain/index-key.ts";
import { plannerRows } from "../domain/planner-rows.ts";
import { blockSizeBytes, relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { PlannableFamily } from "../prove/what-if.ts";
import { heapPagesNeeded } from "../rule/index.ts";
import { rebuiltPages } from "../tune/rebuilt-pages.ts";

/** Relations that a report lists beside those of its statements, the largest: a database of 100,000 partitions keeps a small report. */
const largest = 300;
/** Below this a table's or an index's empty space is not worth a word, so that nothing is reckoned for it. */
const leastBytes = 8 * 1024 * 1024;

/** Sizes and indexes of what the workload reads and of the largest tables. */
export function databaseState(snapshot: Snapshot, families: ReadonlyMap<string, PlannableFamily>, planner: string): DatabaseState {
  const read = new Set([...families.values()].flatMap(({ family }) => family.scans.map((scan) => relationKey(scan.relation))));
  const relations = snapshot.catalog.relations.filter(({ kind }) => kind !== "view" && kind !== "foreign-table");
  const bySize = relations.toSorted((a, b) => b.bytes - a.bytes || (relationKey(a) < relationKey(b) ? -1 : 1));
  const listed = bySize.filter((each, position) => position < largest || read.has(relationKey(each)));
  return {
    planner,
    relations: listed
      .toSorted((a, b) => (relationKey(a) < relationKey(b) ? -1 : 1))
      .map((relation) => relationState(relation, snapshot.server.major)),
  };
}

function relationState(relation: Relation, major: number): RelationState {
  const heapBytes = relation.currentPages * blockSizeBytes;
  const needed = heapBytes < leastBytes ? null : heapPagesNeeded(relation);
  return {
    schema: relation.schema,
    name: relation.name,
    rows: plannerRows(relation),
    heapBytes,
    heapBytesNeeded: needed === null ? null : needed * blockSizeBytes,
    indexes: relation.indexes
      .filter(({ valid }) => valid)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((index) => {
        const pages = index.bytes < leastBytes ? null : rebuiltPages(relation, index, major);
        return {
          name: index.name,
          key: indexKey(index.definition),
          bytes: index.bytes,
          bytesNeeded: pages === null ? null : pages * blockSizeBytes,
        };
      }),
  };
}
