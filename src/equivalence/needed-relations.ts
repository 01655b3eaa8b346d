import type { Node } from "@pgsql/types";
import type { Catalog, Relation } from "../domain/catalog.ts";
import { groupBy } from "../domain/group-by.ts";
import { identName } from "../domain/identifier.ts";
import { relationKey } from "../domain/postgres.ts";
import { walk } from "../syntax/tree.ts";

/** The catalog cut down to what the statements touch: their relations, what views read, foreign keys' parents, partitions. */
export function neededCatalog(catalog: Catalog, trees: readonly Node[]): Catalog {
  const byKey = new Map(catalog.relations.map((relation) => [relationKey(relation), relation]));
  const byName = groupBy(catalog.relations, ({ name }) => name);
  const children = catalog.relations.flatMap((relation) => relation.parents.map((parent) => ({ relation, parent: relationKey(parent) })));
  const childrenOf = groupBy(children, ({ parent }) => parent);

  const needed = new Set<Relation>();
  const waiting = namedRelations(trees, byName);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (needed.has(next)) continue;
    needed.add(next);
    const references = next.constraints.flatMap((constraint) => constraint.references?.relation ?? []);
    for (const other of [...references, ...next.parents]) {
      const relation = byKey.get(relationKey(other));
      if (relation) waiting.push(relation);
    }
    waiting.push(...(childrenOf.get(relationKey(next)) ?? []).map(({ relation }) => relation));
    // pg_get_viewdef names what it reads, plainly or quoted: a name too many costs an empty table.
    if (next.viewDefinition !== null)
      for (const word of new Set(next.viewDefinition.match(/"(?:[^"]|"")+"|[\w$]+/g))) waiting.push(...(byName.get(identName(word)) ?? []));
  }
  return { ...catalog, relations: catalog.relations.filter((relation) => needed.has(relation)), statisticsObjects: [] };
}

function namedRelations(trees: readonly Node[], byName: ReadonlyMap<string, readonly Relation[]>): Relation[] {
  const found: Relation[] = [];
  for (const tree of trees)
    walk(tree, (node) => {
      if ("RangeVar" in node) found.push(...named(node.RangeVar, byName));
      return undefined;
    });
  // The target of INSERT, UPDATE and DELETE is a RangeVar without its tag.
  for (const tree of trees)
    walk(tree, (node) => {
      for (const body of Object.values(node) as { relation?: { relname?: string; schemaname?: string } }[])
        if (body?.relation?.relname !== undefined) found.push(...named(body.relation, byName));
      return undefined;
    });
  return found;
}

function named(
  range: { readonly relname?: string; readonly schemaname?: string },
  byName: ReadonlyMap<string, readonly Relation[]>,
): Relation[] {
  const all = byName.get(range.relname ?? "") ?? [];
  return range.schemaname === undefined ? [...all] : all.filter((relation) => relation.schema === range.schemaname);
}
