import type { Measurer } from "../contract/measurer.ts";
import type { Planner } from "../contract/planner.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { FamilySummary, Rejection, Report } from "../domain/report.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { QueryFamily, Skipped, Workload } from "../domain/workload.ts";
import { explain } from "../explain/explain.ts";
import { withoutLiterals } from "../explain/redact.ts";
import type { Proposed } from "../propose/propose.ts";
import type { Proved } from "../prove/prove.ts";
import { failedRule } from "../rule/failed-rule.ts";
import type { Selection } from "../select/select.ts";
import type { AuditOptions } from "./audit.ts";
import { chosenWithProofs } from "./chosen-proofs.ts";
import { countersOf } from "./counters.ts";
import { databaseState } from "./database-state.ts";
import type { RefutedIndex } from "./index-trials.ts";
import type { Measured } from "./measure-chosen.ts";
import { noAdvice } from "./no-advice.ts";
import { rejectionsOf } from "./rejections.ts";
import type { StandingVariant } from "./standing-variants.ts";
import { withMeasurements } from "./with-measurements.ts";

export interface AuditResult {
  readonly snapshot: Snapshot;
  readonly workload: Workload;
  readonly proposed: Proposed;
  readonly proved: Proved;
  /** Null when the run was stopped before a set was chosen. */
  readonly selection: Selection | null;
  /** By family: rewrites that stand for their statement with the chosen set in place. */
  readonly standing: ReadonlyMap<string, StandingVariant>;
  /** Indexes that were chosen and then refuted by running them on the copy; absent: none. */
  readonly refuted?: ReadonlyMap<string, RefutedIndex>;
  /** Why the run ended early; null when it did not. */
  readonly stopped: unknown;
  readonly planner: Planner;
  /** Null when nothing is to be measured. */
  readonly measurer: Measurer | null;
  readonly options: AuditOptions;
}

/**
 * Everything an audit found but the rewrites, as the Report that every renderer reads, with what was measured. Plans the chosen set
 * once more for its evidence.
 */
export async function assemble(result: AuditResult, measured: Measured): Promise<Report> {
  const { snapshot, proved, selection, options } = result;
  const planned = selection ? await chosenWithProofs(result, selection) : [];
  const recommendations = explain(withMeasurements(planned, measured, result), snapshot);
  const rejected = rejectionsOf(result);
  const families = familySummaries(result, rejected);
  const totals = selection?.totals;
  return {
    schemaVersion: 1,
    generatedAt: snapshot.collectedAt,
    advisorVersion: options.advisorVersion,
    server: snapshot.server,
    origin: originWords(snapshot, result),
    summary: {
      statementCount: proved.families.size,
      relationCount: snapshot.catalog.relations.length,
      candidateCount: result.proposed.candidates.length + result.proposed.refused.length,
      planCount: proved.costs.planCount(),
      costBefore: sum(families, (family) => family.calls * family.costBefore),
      costAfter: sum(families, (family) => family.calls * family.costAfter),
      geometricMeanRatio: geometricMean(families.map((family) => (family.costBefore > 0 ? family.costAfter / family.costBefore : 1))),
      indexBytes: sum(recommendations, (each) => each.price.indexBytes),
      weightedRatio: totals && totals.before > 0 ? totals.after / totals.before : 1,
      boundRatio: totals && totals.before > 0 ? totals.bound / totals.before : 1,
    },
    families,
    recommendations,
    findings: [],
    rejected,
    skipped: [...result.workload.skipped, ...proved.unplannable].map((skipped) => printable(skipped, options.withValues)),
    gaps: [...snapshot.gaps, ...result.planner.gaps, ...result.proposed.failures.map(failedRule)],
    partial: result.stopped === null ? null : partialOf(result),
    holdsValues: options.withValues,
    ...(selection ? { pareto: selection.pareto } : {}),
    state: databaseState(snapshot, proved.families, result.planner.description),
  };
}

const originWordsOf: Readonly<Record<Snapshot["origin"], string>> = {
  live: "schema and statistics read from the server",
  "schema-file": "schema file run in an embedded PostgreSQL; statistics are of the rows that it made",
  demo: "demo database in an embedded PostgreSQL",
};

function originWords(snapshot: Snapshot, { planner, measurer }: AuditResult): string {
  const measured = measurer === null ? "" : `; times measured on the ${measurer.description}`;
  return `${originWordsOf[snapshot.origin]}; planned by ${planner.description}${measured}`;
}

function familySummaries(result: AuditResult, rejected: readonly Rejection[]): FamilySummary[] {
  const { proved, selection, options } = result;
  const served = new Set(selection?.chosen.flatMap(({ usedBy }) => usedBy));
  const rejectedFor = byFamily(rejected);
  return [...proved.families.values()].map(({ family, baselineCost, shape }) => {
    const counters = countersOf(family);
    const costAfter = selection?.finalCosts.get(family.id) ?? baselineCost;
    return {
      id: family.id,
      fingerprint: family.fingerprint,
      sql: options.withValues ? family.sql : family.normalizedSql,
      calls: family.load.calls,
      meanTimeMs: family.load.meanTimeMs,
      share: family.load.share,
      costBefore: baselineCost,
      costAfter,
      place: family.place,
      relations: relationsOf(family),
      noAdvice: served.has(family.id) ? null : noAdvice(family, baselineCost, result, rejectedFor.get(family.id) ?? []),
      ...(counters ? { counters } : {}),
      ...(shape ? { plan: shape } : {}),
    };
  });
}

/** `{family → what was rejected for it}`, in the order given. */
function byFamily(rejected: readonly Rejection[]): ReadonlyMap<string, readonly Rejection[]> {
  const own = new Map<string, Rejection[]>();
  for (const each of rejected)
    for (const id of new Set(each.candidate.helps)) {
      const known = own.get(id);
      if (known) known.push(each);
      else own.set(id, [each]);
    }
  return own;
}

function relationsOf({ scans }: QueryFamily): RelationName[] {
  const named = new Map(scans.map(({ relation }) => [relationKey(relation), { schema: relation.schema, name: relation.name }]));
  return [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, relation]) => relation);
}

function printable(skipped: Skipped, withValues: boolean): Skipped {
  // Text that did not parse cannot be normalised, so its literals are cut out by their look.
  return withValues ? skipped : { ...skipped, sql: withoutLiterals(skipped.sql) };
}

function partialOf(result: AuditResult): Report["partial"] {
  const tried = new Set(result.proved.proofs.map((proof) => proof.candidate)).size;
  const all = result.proposed.candidates.length;
  const searched = result.selection !== null && result.proved.stopped === null;
  if (searched) return { reason: reasonOf(result), missing: "Every candidate was tried; the search for a better set was cut short." };
  return {
    reason: reasonOf(result),
    missing: result.selection
      ? `${all - tried} of ${all} candidates were not tried; the set is chosen from those that were.`
      : `${tried} of ${all} candidates were tried and no set was chosen.`,
  };
}

function reasonOf({ stopped }: AuditResult): string {
  return stopped instanceof Error ? stopped.message : String(stopped);
}

function sum<T>(values: readonly T[], numberOf: (value: T) => number): number {
  return values.reduce((total, value) => total + numberOf(value), 0);
}

function geometricMean(ratios: readonly number[]): number {
  return ratios.length === 0 ? 1 : Math.exp(sum(ratios, (ratio) => Math.log(Math.max(ratio, 1e-9))) / ratios.length);
}
