import type { Relation } from "../domain/catalog.ts";
import { readableQualified } from "../domain/identifier.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { RestoredShadow } from "../restore/restore.ts";

/** Why plans that touch a relation deserve less trust, by relation: stand-ins, missing or redacted statistics, another major version. */
export function planCautions(snapshot: Snapshot, shadow: RestoredShadow): (relation: RelationName) => readonly string[] {
  const byName = new Map(snapshot.catalog.relations.map((relation) => [relationKey(relation), relation]));
  const { major } = snapshot.server;
  const shadowMajor = Math.floor(shadow.database.versionNumber / 10_000);
  const everywhere =
    major !== shadowMajor
      ? [`planned by PostgreSQL ${shadowMajor}, production runs ${major}: costs of some plans differ between them`]
      : [];
  return (name) => {
    const relation = byName.get(relationKey(name));
    if (!relation) return [`${readableQualified(name)} is not in the snapshot`, ...everywhere];
    const texts = [...(shadow.cautions.get(relationKey(name)) ?? []), ...statisticsCautions(relation, snapshot), ...everywhere];
    return [...new Set(texts)];
  };
}

function statisticsCautions(relation: Relation, snapshot: Snapshot): string[] {
  // A view holds nothing of its own, and an analysed empty table has nothing to gather.
  if (relation.kind === "view" || relation.rows === 0) return [];
  const name = readableQualified(relation);
  const texts: string[] = [];
  if (relation.rows === null && relation.kind !== "partitioned-table")
    texts.push(`${name} was never analysed or vacuumed: its rows are assumed from its size`);
  const blank = relation.columns.filter((column) => column.statistics === null && column.inheritedStatistics === null);
  if (blank.length === relation.columns.length && relation.columns.length > 0)
    texts.push(`${name} has no column statistics that could be read: selectivities are PostgreSQL's defaults`);
  else if (blank.length > 0)
    texts.push(
      `no statistics for ${blank.map((column) => column.name).join(", ")} of ${name}: their selectivities are PostgreSQL's defaults`,
    );
  if (snapshot.valuesRedacted)
    texts.push(`values were left out of the statistics of ${name}: every value is taken to be as frequent as the average`);
  return texts;
}
