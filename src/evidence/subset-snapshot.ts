import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Snapshot, StatementStats } from "../domain/snapshot.ts";
import { subsetCatalog } from "../domain/subset-catalog.ts";

/** The part of a snapshot that the statements need. `otherTexts`: statements that are none of the workload. */
export function subsetSnapshot(
  snapshot: Snapshot,
  read: readonly RelationName[],
  { statements, otherTexts }: { readonly statements: readonly StatementStats[]; readonly otherTexts: readonly string[] },
): Snapshot {
  const texts = [...statements.map((statement) => statement.sql), ...otherTexts];
  const catalog = subsetCatalog(snapshot.catalog, read, texts);
  const kept = new Set(catalog.relations.map(relationKey));
  const bytes = catalog.relations.reduce(
    (sum, relation) => sum + relation.bytes + relation.indexes.reduce((all, index) => all + index.bytes, 0),
    0,
  );
  // How the whole server runs is no part of one statement's proof.
  const { health: _health, ...about } = snapshot;
  return {
    ...about,
    server: { ...snapshot.server, databaseBytes: bytes },
    catalog,
    statements,
    ...(snapshot.rowSamples && { rowSamples: snapshot.rowSamples.filter((sample) => kept.has(relationKey(sample))) }),
  };
}
