import type { Relation } from "../domain/catalog.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";

/** The key of the topmost parent of a relation, its own when it has none: an index of any of a tree can serve a scan of any other. */
export type RootOf = (relation: RelationName) => string;

/** A scan of a partitioned table reads its partitions, and an index of it is an index of each of them. */
export function inheritanceRoots(relations: readonly Relation[]): RootOf {
  const parentOf = new Map(relations.flatMap(({ parents, ...own }) => (parents[0] ? [[relationKey(own), parents[0]] as const] : [])));
  return (relation) => {
    const seen = new Set<string>();
    let root = relationKey(relation);
    for (let parent = parentOf.get(root); parent !== undefined && !seen.has(root); parent = parentOf.get(root)) {
      seen.add(root);
      root = relationKey(parent);
    }
    return root;
  };
}
