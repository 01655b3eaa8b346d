import type { Index } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { ScanExpression } from "../domain/workload.ts";
import type { CatalogView } from "../rule/catalog-view.ts";
import { typeClass } from "./type-class.ts";

/** `by-btree-integer-moment`: the index that a plan reads, without its name; nothing for one that the catalog does not know. */
export function indexWords(name: string, catalog: CatalogView): readonly string[] {
  for (const relation of catalog.all.relations) {
    const index = relation.indexes.find((each) => each.name === name);
    if (index) return [`by-${[index.accessMethod, ...keyClasses(relation, index, catalog)].join("-")}`];
  }
  return [];
}

/**
 * What an existing index already does for a column or expression: `unique` (alone decides the row), `indexed` (leads one), `partly-indexed`
 * (leads one that holds some rows only); nothing when none begins with it.
 */
export function servedWords(relation: RelationName, on: ScanExpression, catalog: CatalogView): readonly string[] {
  const leading = catalog.indexes(relation).filter((index) => catalog.startsWith(index, on));
  if (leading.some(({ unique, keys, predicate }) => unique && keys.length === 1 && predicate === null)) return ["unique"];
  if (leading.some(({ predicate }) => predicate === null)) return ["indexed"];
  return leading.length > 0 ? ["partly-indexed"] : [];
}

/** `keyed-integer`, `keyed-uuid-integer`: classes of the primary key's columns; `keyless` without one. */
export function keyWord(relation: RelationName, catalog: CatalogView): string {
  const primary = catalog.indexes(relation).find((index) => index.primary);
  return primary ? `keyed-${keyClasses(relation, primary, catalog).join("-")}` : "keyless";
}

function keyClasses(relation: RelationName, { keys }: Index, catalog: CatalogView): readonly string[] {
  return keys.map(({ column }) => (column === null ? "expression" : typeClass(catalog.column(relation, column)?.baseType ?? null)));
}
