import type { Catalog, Relation } from "./catalog.ts";
import { type RelationName, relationKey } from "./postgres.ts";

/**
 * The part of a catalog that statements need: the relations they read, partitions and parents, and what `texts` and the views among
 * them name. Types and functions stay, since definitions may name them.
 */
export function subsetCatalog(catalog: Catalog, read: readonly RelationName[], texts: readonly string[]): Catalog {
  const known = new Set(catalog.relations.map(relationKey));
  const kept = new Set(read.map(relationKey).filter((key) => known.has(key)));
  const searched = [...texts];
  const take = (relation: Relation) => {
    kept.add(relationKey(relation));
    if (relation.viewDefinition !== null) searched.push(relation.viewDefinition);
  };
  for (let size = -1; size !== kept.size; ) {
    size = kept.size;
    for (const relation of catalog.relations) {
      const key = relationKey(relation);
      const isRelated = relation.parents.some((parent) => kept.has(relationKey(parent)));
      if (!kept.has(key) && (isRelated || searched.some((text) => names(text, relation.name)))) take(relation);
      if (kept.has(key)) for (const parent of relation.parents) kept.add(relationKey(parent));
    }
  }
  return {
    ...catalog,
    relations: catalog.relations.filter((relation) => kept.has(relationKey(relation))),
    statisticsObjects: catalog.statisticsObjects.filter((object) => kept.has(relationKey(object.relation))),
  };
}

/** The name stands in the text as a word; a word too much costs a relation too many. */
function names(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!/\w/.test(text[at - 1] ?? " ") && !/\w/.test(text[at + name.length] ?? " ")) return true;
  return false;
}
