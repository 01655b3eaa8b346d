import type { WhatIf } from "../contract/planner.ts";
import type { Candidate } from "../domain/candidate.ts";
import { changeId, createIndexSql } from "../domain/index-sql.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { FamilyEffect, Recommendation, RewriteEvidence } from "../domain/recommendation.ts";
import type { Rejection, Report } from "../domain/report.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { EquivalenceProver } from "../equivalence/prover.ts";
import { AdvisorError } from "../errors.ts";
import { applySteps } from "../explain/apply-steps.ts";
import { type Chosen, explain } from "../explain/explain.ts";
import { redactPlan } from "../explain/redact.ts";
import { parseViews, searchPathOf } from "../group/group.ts";
import type { RewriteTrial } from "../rewrite/trial.ts";
import { tryRewrites, usualLimits } from "../rewrite/try-rewrites.ts";
import { unifiedDiff } from "../rewrite/unified-diff.ts";
import type { RewriteRule } from "../rule/rewrite.ts";
import type { AuditResult } from "./assemble.ts";
import type { AuditTools } from "./audit.ts";
import { overSummary } from "./rewrite-summary.ts";

/** Per rewrite: a whole audit asks about many, and most differences show in the first databases (docs/benchmarks.md). */
const judgeBudgetMs = 1_500;

/** What the rewrite stage needs besides the audit's tools. */
export interface RewriteTools {
  readonly rules: ReadonlyMap<string, RewriteRule>;
  /** Booted when the first rewrite is judged. */
  readonly openProver: () => EquivalenceProver;
}

/**
 * The report with rewrites: each proved equivalent and cheaper than the statement is with the chosen indexes in place. They take
 * nothing from the index budget. A run that was stopped gets none.
 */
export async function withRewrites(report: Report, result: AuditResult, tools: AuditTools, stop: () => void): Promise<Report> {
  if (!tools.rewrites || result.stopped !== null || !result.selection) return report;
  const prover = tools.rewrites.openProver();
  try {
    const { snapshot, planner, options } = result;
    const own = new Set(result.workload.families.map((family) => family.id));
    const planned = [...result.proved.families.values()].filter(({ family }) => own.has(family.id) && family.kind === "select");
    const found = await tryRewrites({
      families: planned,
      snapshot,
      names: { searchPath: searchPathOf(snapshot), viewTrees: await parseViews(snapshot.catalog, tools.parser) },
      rules: tools.rewrites.rules,
      ruleOptions: options.ruleOptions,
      parser: tools.parser,
      planner,
      base: chosenIndexes(result),
      judge: (input) => prover.judge(input),
      limits: { ...usualLimits, judgeBudgetMs },
      stop,
      signal: options.signal,
      onProgress: options.onProgress,
    });
    const printed: Printed[] = [];
    for (const trial of found.trials) printed.push(await printable(trial, result, tools));
    const recommended = printed.filter(({ trial }) => trial.refused === null);
    const names = new Map(report.recommendations.flatMap(newIndexName));
    const made: Recommendation[] = [];
    for (const each of recommended) made.push(await recommendationOf(each, { result, names, costBefore: report.summary.costBefore }));
    const isDrop = (each: Recommendation) => each.candidate.change.kind === "drop-index";
    const failures = found.failures.map(({ rule, error }) => ({
      area: "catalog" as const,
      what: `rule ${rule} failed`,
      why: error instanceof Error ? error.message : String(error),
      remedy: "This is a fault in Plansmith: please report it. The other rules ran.",
    }));
    return {
      ...overSummary(
        report,
        recommended.map(({ trial }) => trial),
        printed.length,
      ),
      recommendations: [...report.recommendations.filter((each) => !isDrop(each)), ...made, ...report.recommendations.filter(isDrop)],
      rejected: [...report.rejected, ...printed.filter(({ trial }) => trial.refused !== null).map(rejectionOf)].toSorted((a, b) =>
        a.sql < b.sql ? -1 : 1,
      ),
      gaps: [...report.gaps, ...failures],
    };
  } catch (error) {
    if (!(error instanceof AdvisorError) || error.code !== "ABORTED") throw error;
    return {
      ...report,
      partial: report.partial ?? { reason: error.message, missing: "Rewrites of statements were not tried to the end." },
    };
  } finally {
    await prover.close();
  }
}

function chosenIndexes({ selection }: AuditResult): WhatIf {
  const changes = selection?.chosen.map((each) => each.candidate) ?? [];
  return {
    show: changes.filter((each) => each.change.kind === "create-index").map((each) => each.id),
    hide: changes.flatMap(({ change }) => (change.kind === "drop-index" ? [change.index] : [])),
  };
}

/** A trial with the texts that the report may show. */
interface Printed {
  readonly trial: RewriteTrial;
  readonly family: QueryFamily;
  readonly candidate: Candidate;
  readonly diff: string;
  /** Literals were left out. */
  readonly redacted: boolean;
}

/** Statements collected with literals are shown without, as everywhere in a report, unless values were asked for. */
async function printable(trial: RewriteTrial, result: AuditResult, { parser }: AuditTools): Promise<Printed> {
  const { family } = result.proved.families.get(trial.family)!;
  const redacted = !result.options.withValues && family.sql !== family.normalizedSql;
  const [before, after] = redacted ? [family.normalizedSql, await parser.normalize(trial.after)] : [trial.before, trial.after];
  const change = { kind: "rewrite" as const, fingerprint: family.fingerprint, sql: after ?? "", assumes: trial.assumes };
  const candidate: Candidate = {
    id: changeId({ ...change, sql: trial.after }),
    change,
    helps: [family.id],
    proposedBy: trial.rules.map((id) => ({ kind: "rule", id })),
    reason: trial.because,
  };
  return { trial, family, candidate, diff: redacted ? unifiedDiff(before, after ?? "") : trial.diff, redacted };
}

interface Room {
  readonly result: AuditResult;
  /** Candidate id → name of the index that the report makes for it; grows with the indexes that rewrites bring. */
  readonly names: Map<string, RelationName>;
  /** Of the whole workload. */
  readonly costBefore: number;
}

async function recommendationOf({ trial, family, candidate, diff, redacted }: Printed, room: Room): Promise<Recommendation> {
  const { result } = room;
  const cost = trial.cost!;
  const plans = result.options.withValues ? cost.plans : { before: redactPlan(cost.plans.before), after: redactPlan(cost.plans.after) };
  const saved = family.load.calls * (cost.before - cost.after);
  const indexes = await newIndexes(trial, room);
  const chosen: Chosen = {
    candidate,
    proofs: [
      {
        candidate: candidate.id,
        family: family.id,
        backend: result.planner.backend,
        outcome: { kind: "estimated", typical: plans, bindings: cost.bindings },
      },
    ],
    basis: "estimated",
    benefit: {
      timeSavedMsPerDay: null,
      costSaved: saved,
      shareOfWorkload: room.costBefore > 0 ? Math.min(1, saved / room.costBefore) : 0,
      families: [{ family: family.id, costBefore: cost.before, costAfter: cost.after, worstRatio: cost.worstRatio, plans }],
    },
    indexBytes: indexes.bytes,
    sizeUncertain: false,
    cautions: [
      ...trial.assumes.map((each) => `It assumes that ${each}.`),
      ...(trial.indexes.length > 0 ? ["Its cost counts on the index created with it, which is outside the index budget."] : []),
      ...(redacted ? ["Literals are left out of the texts shown: --with-values shows the statement to send."] : []),
    ],
  };
  const explained = explain([chosen], result.snapshot)[0]!;
  return {
    ...explained,
    benefit: { ...explained.benefit, families: explained.benefit.families.map((effect) => withNames(effect, room.names)) },
    apply: [...indexes.apply, ...explained.apply],
    undo: indexes.undo,
    rewrite: evidenceOf(trial, diff),
  };
}

/** Steps and size of the indexes of a trial that neither the chosen set nor an earlier rewrite makes. */
async function newIndexes(trial: RewriteTrial, { result, names }: Room) {
  const made = { bytes: 0, apply: [] as string[], undo: [] as string[] };
  for (const index of trial.indexes) {
    const change = { kind: "create-index" as const, index };
    const id = changeId(change);
    if (names.has(id)) continue;
    const prepared = await result.planner.prepare(id, index);
    const steps = applySteps(change, result.snapshot.catalog, [...names.values()]);
    if (prepared.kind === "prepared") made.bytes += prepared.bytes;
    if (steps.index) names.set(id, steps.index);
    made.apply.push(...steps.apply);
    made.undo.push(...steps.undo);
  }
  return made;
}

/** The name that a recommendation's own SQL gives its index. */
function newIndexName({ id, apply, candidate }: Recommendation): [string, RelationName][] {
  const name = /^CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?("(?:[^"]|"")+"|\S+) ON /m.exec(apply.join("\n"))?.[1];
  if (candidate.change.kind !== "create-index" || name === undefined) return [];
  return [[id, { schema: candidate.change.index.relation.schema, name: name.replace(/^"(.*)"$/, "$1").replaceAll('""', '"') }]];
}

/** The planner calls a prepared index after its candidate's id. */
function withNames(effect: FamilyEffect, names: ReadonlyMap<string, RelationName>): FamilyEffect {
  let words = effect.planChange;
  for (const [id, { name }] of names) words = words.replaceAll(new RegExp(`\\bplansmith_${id}\\w*`, "g"), () => name);
  return { ...effect, planChange: words };
}

function evidenceOf(trial: RewriteTrial, diff: string): RewriteEvidence {
  const tests = trial.verdict && "tests" in trial.verdict ? trial.verdict.tests : null;
  return {
    rules: trial.rules,
    diff,
    assumes: trial.assumes,
    databases: tests?.databases ?? 0,
    mutants: tests?.mutation?.mutants ?? null,
    mutantsKilled: tests?.mutation?.killed ?? null,
    warnings: tests?.warnings ?? [],
    indexes: trial.indexes.map((index) => createIndexSql(index)),
  };
}

function rejectionOf({ trial, candidate }: Printed): Rejection {
  const sql = candidate.change.kind === "rewrite" ? candidate.change.sql : "";
  return { candidate, sql, reason: `Rewrite not recommended: ${trial.refused ?? ""}`, proofs: [] };
}
