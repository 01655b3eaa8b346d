import type { Candidate, Change } from "../domain/candidate.ts";
import { changeId, createIndexSql } from "../domain/index-sql.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Recommendation } from "../domain/recommendation.ts";
import type { Report } from "../domain/report.ts";
import type { PlannerTrial } from "../domain/tuning.ts";
import type { QueryFamily, Workload } from "../domain/workload.ts";
import { AdvisorError } from "../errors.ts";
import type { Packed } from "./find-packed.ts";

/** What a proof planned, and in which circumstances. */
export interface Evidence {
  readonly families: readonly QueryFamily[];
  /** The report's figures of them. */
  readonly reported: ReadonlyMap<string, { readonly costBefore: number; readonly costAfter: number }>;
  /** `{family → text}` of those that are planned in other words afterwards. */
  readonly rewritten: ReadonlyMap<string, string>;
  /** The recommendation and the others on its statements' relations, which were in place as well; none of them a rewrite. */
  readonly changes: readonly Pick<Candidate, "id" | "change">[];
  /** Whether they are there before as well: a rewrite or a setting is held against the statement with the indexes. */
  readonly changesBefore: boolean;
  /** What is planned under afterwards; null = as production is set. */
  readonly trial: PlannerTrial | null;
  readonly relations: readonly RelationName[];
}

/**
 * `workload` is that of the snapshot the report was made from. Statements that PostgreSQL runs on its own (foreign-key checks) are not
 * in it: the report has their text. Throws INPUT_INVALID when a statement is missing, because the snapshot is another one, and when the
 * report left out a text that the proof needs.
 */
export function evidenceOf(packed: Packed, report: Report, workload: Workload): Evidence {
  const known = new Map(workload.families.map((family) => [family.id, family]));
  const relation = packed.kind === "recommendation" ? relationOf(packed.recommendation.candidate.change) : null;
  const effects = packed.kind === "recommendation" ? packed.recommendation.benefit.families : packed.effects;
  const reported = new Map(effects.map(({ family, costBefore, costAfter }) => [family, { costBefore, costAfter }]));
  const families = [...reported.keys()].map((id) => known.get(id) ?? internalFamily(id, report, relation));
  const relations = new Map<string, RelationName>();
  const trial = packed.kind === "advice" ? packed.trial : null;
  const own = trial?.kind === "statistics" ? trial.relation : relation;
  for (const each of [...(own ? [own] : []), ...families.flatMap((family) => family.scans.map((scan) => scan.relation))])
    relations.set(relationKey(each), each);
  const subject = packed.kind === "recommendation" ? packed.recommendation : null;
  const together = report.recommendations.filter(({ id, candidate }) => {
    const other = relationOf(candidate.change);
    return id !== subject?.id && other !== null && relations.has(relationKey(other));
  });
  const isRewrite = subject?.candidate.change.kind === "rewrite";
  return {
    families,
    reported,
    rewritten: subject ? rewrittenBy(subject, report, families) : new Map(),
    changes: [...(subject && !isRewrite ? [subject] : []), ...together].map(({ candidate: { id, change } }) => ({ id, change })),
    changesBefore: isRewrite || trial !== null,
    trial,
    relations: [...relations.values()],
  };
}

/** A rewrite's own statement; of an index, the statements that gain by it only in the words of a recommended rewrite. */
function rewrittenBy(subject: Recommendation, report: Report, families: readonly QueryFamily[]): ReadonlyMap<string, string> {
  const { change } = subject.candidate;
  if (change.kind === "rewrite") return new Map(families.map(({ id }) => [id, wholeText(subject)]));
  if (change.kind !== "create-index") return new Map();
  const sql = createIndexSql(change.index);
  const waiting = report.recommendations.filter(({ rewrite }) => rewrite?.indexes.includes(sql));
  return new Map(
    families.flatMap(({ id }) => {
      const rewrite = waiting.find(({ candidate }) => candidate.helps.includes(id));
      return rewrite ? [[id, wholeText(rewrite)] as const] : [];
    }),
  );
}

/** The id of a rewrite is of its whole text, also where the report shows less. */
function wholeText({ id, candidate: { change } }: Recommendation): string {
  if (change.kind === "rewrite" && changeId(change) === id) return change.sql;
  throw new AdvisorError("INPUT_INVALID", `The report left the literals out of rewrite ${id}, so that it cannot be planned again.`, {
    hint: "Make the report again with --with-values: plansmith audit --snapshot FILE --with-values --json -o report.json",
  });
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
