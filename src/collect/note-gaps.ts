import type { Relation } from "../domain/catalog.ts";
import { readableQualified } from "../domain/identifier.ts";
import type { Gap, Server } from "../domain/snapshot.ts";
import type { Statistics } from "./read-statistics.ts";

/** How many names a gap lists before it counts the rest. */
const namesListed = 5;

/** What the finished catalog lacks, though every read succeeded. */
export function noteGaps(relations: readonly Relation[], statistics: Statistics, server: Server, role: string): Gap[] {
  return [
    ...tablesMissing(relations, server),
    ...neverAnalysed(relations),
    ...statisticsHidden(relations, statistics, role),
    ...standby(server),
  ];
}

function tablesMissing(relations: readonly Relation[], server: Server): Gap[] {
  if (relations.some(isStored)) return [];
  return [
    {
      area: "catalog",
      what: `tables: database "${server.database}" has none to advise on`,
      why: "no table, materialised view or partition lies in the schemas that were read",
      remedy: "Check the database name in the URL, --include-schema and --exclude-schema.",
    },
  ];
}

function neverAnalysed(relations: readonly Relation[]): Gap[] {
  const bare = relations.filter((relation) => isStored(relation) && relation.rows === null);
  if (bare.length === 0) return [];
  return [
    {
      area: "statistics",
      what: `statistics of ${listed(bare)}`,
      why: bare.length === 1 ? "the table was never vacuumed or analysed" : "the tables were never vacuumed or analysed",
      remedy: bare.length <= namesListed ? `ANALYZE ${bare.map(readableQualified).join(", ")};` : "ANALYZE;",
    },
  ];
}

/** Tables with rows and not one column with statistics: the role may not read them. */
function statisticsHidden(relations: readonly Relation[], statistics: Statistics, role: string): Gap[] {
  if (statistics.source === "pg_statistic") return [];
  const hidden = relations.filter(
    (relation) =>
      isStored(relation) &&
      (relation.rows ?? 0) > 0 &&
      relation.columns.length > 0 &&
      relation.columns.every((column) => column.statistics === null),
  );
  if (hidden.length === 0) return [];
  return [
    {
      area: "statistics",
      what: `column statistics of ${listed(hidden)}: selectivity is guessed`,
      why: "pg_statistic is not readable, and pg_stats shows only columns that the role may SELECT and no row security guards",
      remedy: `GRANT SELECT ON pg_statistic, pg_statistic_ext_data TO ${role};`,
    },
  ];
}

function standby(server: Server): Gap[] {
  if (!server.standby) return [];
  return [
    {
      area: "activity",
      what: "writes, times of VACUUM and ANALYZE, and the scans and statements of other servers",
      why: "this server is a standby: it counts only its own reads",
      remedy: "Run against the primary as well before dropping an index or weighing write cost.",
    },
  ];
}

const isStored = (relation: Relation) => relation.kind === "table" || relation.kind === "materialized-view";

function listed(relations: readonly Relation[]): string {
  const names = relations.slice(0, namesListed).map(readableQualified).join(", ");
  return relations.length > namesListed ? `${names} and ${relations.length - namesListed} more` : names;
}
