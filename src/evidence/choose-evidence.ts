import type { Candidate, Change } from "../domain/candidate.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Recommendation } from "../domain/recommendation.ts";
import type { Report } from "../domain/report.ts";
import type { QueryFamily, Workload } from "../domain/workload.ts";
import { AdvisorError } from "../errors.ts";

/** The recommendation of this id, or of the only one that begins so. Throws INPUT_INVALID naming those there are. */
export function findRecommendation(report: Report, id: string): Recommendation {
  const found = report.recommendations.filter((each) => each.id.startsWith(id));
  const [only] = found;
  if (only && found.length === 1) return only;
  const known = report.recommendations.map((each) => each.id).join(", ");
  throw new AdvisorError(
    "INPUT_INVALID",
    `The report has ${found.length === 0 ? "no recommendation" : "several recommendations"} "${id}".`,
    {
      hint: known === "" ? "It recommends nothing." : `It has: ${known}.`,
    },
  );
}

/** What a recommendation was proved on: statements, and the other recommendations on their relations, which were in place as well. */
export interface Evidence {
  readonly families: readonly QueryFamily[];
  readonly changes: readonly Pick<Candidate, "id" | "change">[];
  readonly relations: readonly RelationName[];
}

/**
 * `workload` is that of the snapshot the report was made from. Statements that PostgreSQL runs on its own (foreign-key checks) are not
 * in it: the report has their text. Throws INPUT_INVALID when a statement is missing: the snapshot is another one.
 */
export function evidenceOf(recommendation: Recommendation, report: Report, workload: Workload): Evidence {
  const known = new Map(workload.families.map((family) => [family.id, family]));
  const relation = relationOf(recommendation.candidate.change);
  const families = recommendation.benefit.families.map(({ family: id }) => known.get(id) ?? internalFamily(id, report, relation));
  const relations = new Map<string, RelationName>();
  for (const each of [...(relation ? [relation] : []), ...families.flatMap((family) => family.scans.map((scan) => scan.relation))])
    relations.set(relationKey(each), each);
  const together = report.recommendations.filter(({ id, candidate }) => {
    const other = relationOf(candidate.change);
    return id !== recommendation.id && other !== null && relations.has(relationKey(other));
  });
  const changes = [recommendation, ...together].map(({ candidate: { id, change } }) => ({ id, change }));
  return { families, changes, relations: [...relations.values()] };
}

function relationOf(change: Change): RelationName | null {
  if (change.kind === "create-index") return change.index.relation;
  return change.kind === "drop-index" ? change.relation : null;
}

function internalFamily(id: string, report: Report, relation: RelationName | null): QueryFamily {
  const summary = report.families.find((family) => family.id === id);
  if (!summary || !id.startsWith("internal-") || relation === null)
    throw new AdvisorError("INPUT_INVALID", `Statement ${id} of the report is not in the snapshot.`, {
      hint: "Give the snapshot, and with --statements the file, that the report was made from.",
    });
  return {
    id,
    fingerprint: summary.fingerprint,
    sql: summary.sql,
    normalizedSql: summary.sql,
    statements: [],
    kind: "select",
    load: { calls: summary.calls, callsPerDay: null, meanTimeMs: null, share: summary.share },
    scans: [],
    examples: [{ kind: "generic", sql: summary.sql, values: {} }],
    parameterCount: 1,
    place: summary.place,
  };
}
