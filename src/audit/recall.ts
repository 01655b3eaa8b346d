import { changeClass } from "../access-shape/change-class.ts";
import { shapeText } from "../access-shape/shape-text.ts";
import type { Planner } from "../contract/planner.ts";
import type { Candidate } from "../domain/candidate.ts";
import type { LikeCase, Retrieval } from "../domain/like-case.ts";
import type { Recommendation } from "../domain/recommendation.ts";
import type { Rejection, Report } from "../domain/report.ts";
import type { Workload } from "../domain/workload.ts";
import { AdvisorError } from "../errors.ts";
import { type AccessNeed, accessNeed } from "../patterns/access-need.ts";
import { patternsOf } from "../patterns/patterns.ts";
import type { Proposed } from "../propose/propose.ts";
import type { CatalogView } from "../rule/catalog-view.ts";
import { likeCase } from "../similar/like-case.ts";
import { adaptCases, embeddedText, type NearCase, placeShapes, type SimilarCases } from "../similar/similar-cases.ts";
import { wordEmbedding } from "../similar/word-embedding.ts";

/** What earlier proofs say of this workload, and what its statements ask for. */
export interface Recalled {
  /** Null where nothing is compared with cases. */
  readonly similar: SimilarCases | null;
  /** `{family → access path in words}`: what is compared. */
  readonly shapes: ReadonlyMap<string, string>;
  readonly vectors: ReadonlyMap<string, Float32Array>;
  readonly near: ReadonlyMap<string, readonly NearCase[]>;
  /** What helped in near cases, written for this schema. */
  readonly candidates: readonly Candidate[];
  readonly needs: ReadonlyMap<string, AccessNeed>;
  /** Why the model that was asked for did not answer; null when it did. */
  readonly note: string | null;
}

export interface RecallRoom {
  readonly planner: Planner;
  readonly catalog: CatalogView;
  /** A run that must end compares the statements that it has looked at. */
  readonly mustEnd: () => boolean;
}

/** Statements looked at, those with the largest share: planning one more takes its time. */
const mostStatements = 1_000;
const today = { show: [], hide: [] };

/** What each statement, as it is planned today, asks for, the proven cases near it, and the indexes they suggest. */
export async function recall(workload: Workload, similar: SimilarCases | null, room: RecallRoom): Promise<Recalled> {
  const { planner, catalog, mustEnd } = room;
  const families = workload.families
    .toSorted((a, b) => b.load.share - a.load.share || (a.id < b.id ? -1 : 1))
    .slice(0, mostStatements)
    .filter(({ scans }) => scans.length > 0);
  const shapes = new Map<string, string>();
  const needs = new Map<string, AccessNeed>();
  for (const family of families) {
    if (mustEnd()) break;
    const [typical] = family.examples;
    const outcome = typical ? await planner.plan(typical.sql, today, { generic: typical.kind === "generic" }) : null;
    if (outcome?.kind !== "planned") continue;
    shapes.set(family.id, shapeText(family, outcome.plan, catalog));
    const need = accessNeed(family, outcome.plan);
    if (need !== null) needs.set(family.id, need);
  }
  const { vectors, note } = await placed(similar, shapes);
  const near = similar === null || note !== similar.likeness.note ? new Map<string, readonly NearCase[]>() : similar.near(vectors);
  const candidates = families.flatMap((family) => adaptCases(family, near.get(family.id) ?? []));
  return { similar, shapes, vectors, near, candidates, needs, note };
}

/** By the model, or by the statements' own words where there is none or it fails half-way: no reason to lose the audit. */
async function placed(similar: SimilarCases | null, shapes: Recalled["shapes"]): Promise<Pick<Recalled, "vectors" | "note">> {
  const byWords = () => placeShapes(wordEmbedding([...shapes.values()].map(embeddedText)), shapes);
  if (similar === null) return { vectors: await byWords(), note: null };
  try {
    return { vectors: await similar.place(shapes), note: similar.likeness.note };
  } catch (error) {
    if (!(error instanceof AdvisorError)) throw error;
    return { vectors: await byWords(), note: error.message };
  }
}

/** The candidates with those of near cases: one found twice is one, with both proposers. */
export function withCases(proposed: Proposed, { candidates }: Recalled): Proposed {
  const byId = new Map(proposed.candidates.map((candidate) => [candidate.id, candidate]));
  for (const candidate of candidates) {
    const known = byId.get(candidate.id);
    byId.set(candidate.id, known === undefined ? candidate : bothOf(known, candidate));
  }
  return { ...proposed, candidates: [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** Of several cases the nearest is named. */
function bothOf(known: Candidate, also: Candidate): Candidate {
  const rules = known.proposedBy.filter(({ kind }) => kind !== "case");
  const cases = [...known.proposedBy, ...also.proposedBy].flatMap((by) => (by.kind === "case" ? [by] : []));
  const nearest = cases.toSorted((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1)).slice(0, 1);
  return { ...known, helps: [...new Set([...known.helps, ...also.helps])].toSorted(), proposedBy: [...rules, ...nearest] };
}

/** Statements alike enough to be one pattern. */
const leastInPattern = 0.6;

/**
 * The report with the access path of each statement and the patterns among them; and, where statements were compared with cases, the case
 * that each recommendation and refusal is like, and what retrieval gave.
 */
export function withRecalled(report: Report, recalled: Recalled, catalog: CatalogView): Report {
  const { shapes, similar } = recalled;
  const families = report.families.map((family) => {
    const accessPath = shapes.get(family.id);
    return accessPath === undefined ? family : { ...family, accessPath };
  });
  const patterns = patternsOf(report, { ...recalled, leastSimilarity: leastInPattern });
  const described = { ...report, families, patterns };
  return similar === null ? described : withLikeCases(described, similar, { recalled, catalog });
}

interface Comparing {
  readonly recalled: Recalled;
  readonly catalog: CatalogView;
}

function withLikeCases(report: Report, similar: SimilarCases, { recalled, catalog }: Comparing): Report {
  const { near } = recalled;
  const retrieval: Retrieval = {
    by: similar.likeness.description,
    caseCount: similar.comparable,
    statementCount: [...near.values()].filter((cases) => cases.length > 0).length,
    proposed: [...report.recommendations, ...report.rejected].filter(({ candidate }) => onlyByCase(candidate)).length,
    recommended: report.recommendations.filter(({ candidate }) => onlyByCase(candidate)).length,
    note: recalled.note,
  };
  return {
    ...report,
    retrieval,
    recommendations: report.recommendations.map((each) => {
      const found = likeRecommendation(each, near, catalog);
      return found === null ? each : { ...each, likeCase: found };
    }),
    rejected: report.rejected.map((each) => {
      const found = likeRejection(each, near, catalog);
      return found === null ? each : { ...each, likeCase: found };
    }),
  };
}

function onlyByCase({ proposedBy }: Candidate): boolean {
  return proposedBy.length > 0 && proposedBy.every(({ kind }) => kind === "case");
}

/** The nearest case of the statement that gains most, in which the same kind of change helped. */
function likeRecommendation(each: Recommendation, near: ReadonlyMap<string, readonly NearCase[]>, catalog: CatalogView): LikeCase | null {
  const helped = each.benefit.families.toSorted((a, b) => b.costBefore - b.costAfter - (a.costBefore - a.costAfter));
  return nearestOf(
    helped.map(({ family }) => family),
    near,
    ({ proven }) => proven.verdict === "helps" && isSameChange(each.candidate, proven, catalog),
  );
}

/** The nearest case in which the same kind of change was refused too. */
function likeRejection(each: Rejection, near: ReadonlyMap<string, readonly NearCase[]>, catalog: CatalogView): LikeCase | null {
  if (each.candidate.change.kind === "drop-index") return null;
  return nearestOf(
    each.candidate.helps,
    near,
    ({ proven }) => proven.verdict === "refused" && isSameChange(each.candidate, proven, catalog),
  );
}

function nearestOf(
  families: readonly string[],
  near: ReadonlyMap<string, readonly NearCase[]>,
  fits: (each: NearCase) => boolean,
): LikeCase | null {
  for (const family of families) {
    const found = near.get(family)?.find(fits);
    if (found) return likeCase(found);
  }
  return null;
}

function isSameChange({ change, proposedBy }: Candidate, proven: NearCase["proven"], catalog: CatalogView): boolean {
  if (change.kind === "rewrite") return proven.kind === "rewrite" && proposedBy.some(({ id }) => proven.rules.includes(id));
  return proven.kind === "index" && change.kind === "create-index" && changeClass(change, catalog) === proven.changeClass;
}
