import type { Catalog } from "./catalog.ts";
import { searchedTexts } from "./named-in-text.ts";
import { type RelationName, relationKey } from "./postgres.ts";

/**
 * The part of a catalog that statements need: the relations they read, partitions and parents, and what `texts` and the views among
 * them name. Types and functions stay, since definitions may name them.
 */
export function subsetCatalog(catalog: Catalog, read: readonly RelationName[], texts: readonly string[]): Catalog {
  const wanted = new Set(read.map(relationKey));
  const kept = new Set<string>();
  const searched = searchedTexts(texts);
  for (let size = -1; size !== kept.size; ) {
    size = kept.size;
    for (const relation of catalog.relations) {
      const key = relationKey(relation);
      const isRelated = wanted.has(key) || relation.parents.some((parent) => kept.has(relationKey(parent)));
      if (kept.has(key) || !(isRelated || searched.names(relation.name))) continue;
      kept.add(key);
      for (const parent of relation.parents) wanted.add(relationKey(parent));
      if (relation.viewDefinition !== null) searched.add(relation.viewDefinition);
    }
  }
  return {
    ...catalog,
    relations: catalog.relations.filter((relation) => kept.has(relationKey(relation))),
    statisticsObjects: catalog.statisticsObjects.filter((object) => kept.has(relationKey(object.relation))),
  };
}
