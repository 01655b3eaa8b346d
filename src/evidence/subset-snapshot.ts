import type { Relation } from "../domain/catalog.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Snapshot, StatementStats } from "../domain/snapshot.ts";

/**
 * The part of a snapshot that the statements need: the relations they read, partitions and parents, views they name and what those
 * read. Types and functions stay, since definitions may name them. `otherTexts`: statements that are none of the workload.
 */
export function subsetSnapshot(
  snapshot: Snapshot,
  read: readonly RelationName[],
  { statements, otherTexts }: { readonly statements: readonly StatementStats[]; readonly otherTexts: readonly string[] },
): Snapshot {
  const { catalog } = snapshot;
  const byKey = new Map(catalog.relations.map((relation) => [relationKey(relation), relation]));
  const kept = new Set(read.map(relationKey).filter((key) => byKey.has(key)));
  const texts = [...statements.map((statement) => statement.sql), ...otherTexts];
  const take = (relation: Relation) => {
    kept.add(relationKey(relation));
    if (relation.viewDefinition !== null) texts.push(relation.viewDefinition);
  };
  for (let size = -1; size !== kept.size; ) {
    size = kept.size;
    for (const relation of catalog.relations) {
      const key = relationKey(relation);
      const isRelated = relation.parents.some((parent) => kept.has(relationKey(parent)));
      if (!kept.has(key) && (isRelated || texts.some((text) => names(text, relation.name)))) take(relation);
      if (kept.has(key)) for (const parent of relation.parents) kept.add(relationKey(parent));
    }
  }
  const relations = catalog.relations.filter((relation) => kept.has(relationKey(relation)));
  const bytes = relations.reduce(
    (sum, relation) => sum + relation.bytes + relation.indexes.reduce((all, index) => all + index.bytes, 0),
    0,
  );
  // How the whole server runs is no part of one statement's proof.
  const { health: _health, ...about } = snapshot;
  return {
    ...about,
    server: { ...snapshot.server, databaseBytes: bytes },
    catalog: {
      ...catalog,
      relations,
      statisticsObjects: catalog.statisticsObjects.filter((object) => kept.has(relationKey(object.relation))),
    },
    statements,
    ...(snapshot.rowSamples && { rowSamples: snapshot.rowSamples.filter((sample) => kept.has(relationKey(sample))) }),
  };
}

/** The name stands in the text as a word; a word too much costs a relation too many. */
function names(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!/\w/.test(text[at - 1] ?? " ") && !/\w/.test(text[at + name.length] ?? " ")) return true;
  return false;
}
