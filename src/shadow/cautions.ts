import type { Relation } from "../domain/catalog.ts";
import { readableQualified } from "../domain/identifier.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Gap, Snapshot } from "../domain/snapshot.ts";
import type { RestoredShadow } from "../restore/restore.ts";

/** Why plans that touch a relation deserve less trust, by relation: stand-ins, missing or redacted statistics. */
export function planCautions(snapshot: Snapshot, shadow: RestoredShadow): (relation: RelationName) => readonly string[] {
  const byName = new Map(snapshot.catalog.relations.map((relation) => [relationKey(relation), relation]));
  return (name) => {
    const relation = byName.get(relationKey(name));
    if (!relation) return [`${readableQualified(name)} is not in the snapshot`];
    const texts = [...(shadow.cautions.get(relationKey(name)) ?? []), ...statisticsCautions(relation, snapshot)];
    return [...new Set(texts)];
  };
}

/** What holds for every plan of a shadow whose major version is not production's: told once, and not with each recommendation. */
export function otherMajorGap({ server }: Snapshot, { database }: RestoredShadow): Gap[] {
  const shadowMajor = Math.floor(database.versionNumber / 10_000);
  if (server.major === shadowMajor) return [];
  return [
    {
      area: "shadow",
      what: `plans of PostgreSQL ${server.major}`,
      why: `planned by PostgreSQL ${shadowMajor}, production runs ${server.major}: costs of some plans differ between them`,
      remedy: `Plan with PostgreSQL ${server.major} itself: --planner native where it is installed, or --shadow-url.`,
    },
  ];
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
