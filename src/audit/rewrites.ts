import type { WhatIf } from "../contract/planner.ts";
import type { Candidate } from "../domain/candidate.ts";
import { changeId, createIndexSql } from "../domain/index-sql.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { FamilyEffect, Recommendation, RewriteEvidence } from "../domain/recommendation.ts";
import type { Rejection, Report } from "../domain/report.ts";
import { milliseconds } from "../domain/units.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { EquivalenceProver } from "../equivalence/prover.ts";
import { type Chosen, explain } from "../explain/explain.ts";
import { redactPlan } from "../explain/redact.ts";
import { unifiedDiff } from "../rewrite/unified-diff.ts";
import type { RewriteRule } from "../rule/rewrite.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import type { AuditResult } from "./assemble.ts";
import { type Choice, chosenSet } from "./choose.ts";
import type { JudgedVariants } from "./judge-variants.ts";
import type { Measured } from "./measure-chosen.ts";
import { shownOutcome } from "./shown-outcome.ts";
import type { StandingVariant } from "./standing-variants.ts";
import type { StatementVariant } from "./variants.ts";
import { isSlower, measuringStopped } from "./with-measurements.ts";

/** What the rewrite stage needs besides the audit's tools. */
export interface RewriteTools {
  readonly rules: ReadonlyMap<string, RewriteRule>;
  /** Booted when the first rewrite is judged. */
  readonly openProver: () => EquivalenceProver;
}

interface Found {
  readonly result: AuditResult;
  readonly variants: readonly StatementVariant[];
  readonly judged: JudgedVariants;
  readonly choice: Choice;
  readonly measured: Measured;
  readonly parser: SqlParser;
}

interface Rewriting extends Found {
  /** Of the whole workload, by id: there are several variants of many statements. */
  readonly families: ReadonlyMap<string, QueryFamily>;
}

/** The report with the rewrites that stand beside the chosen indexes, and the others among what was refused. */
export async function withRewrites(report: Report, found: Found): Promise<Report> {
  const { result, variants, judged, choice } = found;
  const rewriting: Rewriting = { ...found, families: new Map(result.workload.families.map((family) => [family.id, family])) };
  const standing = [...choice.standing.values()].toSorted(
    (a, b) => savedBy(b, result) - savedBy(a, result) || (a.variant.of < b.variant.of ? -1 : 1),
  );
  const names = new Map(report.recommendations.flatMap(newIndexName));
  const made: Recommendation[] = [];
  for (const each of standing) made.push(await recommendationOf(each, { rewriting, names, costBefore: report.summary.costBefore }));
  const stands = new Set(standing.map(({ variant }) => variant));
  const late = new Map([...choice.refused].map(([{ variant }, reason]) => [variant, reason]));
  const rejected: Rejection[] = [];
  for (const variant of variants) {
    // Steps that follow on one another are told as one when they were judged; those that were only dearer say nothing new.
    const isLonger = variant.rules.length > 1 && !judged.verdicts.has(variant) && !late.has(variant);
    if (stands.has(variant) || isLonger) continue;
    const { candidate } = await printable(variant, rewriting);
    const reason = late.get(variant) ?? judged.refused.get(variant) ?? "the run stopped before its turn.";
    const sql = candidate.change.kind === "rewrite" ? candidate.change.sql : "";
    rejected.push({ candidate, sql, reason: `Rewrite not recommended: ${reason}`, proofs: [] });
  }
  const isDrop = (each: Recommendation) => each.candidate.change.kind === "drop-index";
  const { summary } = report;
  return {
    ...report,
    summary: { ...summary, candidateCount: summary.candidateCount + variants.length },
    families: report.families.map((family) => (choice.standing.has(family.id) ? { ...family, noAdvice: null } : family)),
    recommendations: [...report.recommendations.filter((each) => !isDrop(each)), ...made, ...report.recommendations.filter(isDrop)],
    rejected: [...report.rejected, ...rejected].toSorted((a, b) => (a.sql < b.sql ? -1 : 1)),
  };
}

function savedBy({ before, after, variant }: StandingVariant, result: AuditResult): number {
  return (result.proved.families.get(variant.of)?.family.load.calls ?? 0) * (before - after);
}

/** A rewrite as a report shows it. */
interface Printed {
  readonly family: QueryFamily;
  readonly candidate: Candidate;
  readonly diff: string;
  /** Literals were left out. */
  readonly redacted: boolean;
}

/** Id of the rewrite as a candidate: of its whole text, also where the report shows less. */
export function rewriteId(variant: StatementVariant, { proved }: AuditResult): string {
  const fingerprint = proved.families.get(variant.of)?.family.fingerprint ?? variant.of;
  return changeId({ kind: "rewrite", fingerprint, sql: variant.after, assumes: variant.assumes });
}

/** Statements collected with literals are shown without, as everywhere in a report, unless values were asked for. */
async function printable(variant: StatementVariant, { result, families, parser }: Rewriting): Promise<Printed> {
  const family = families.get(variant.of)!; // a variant is of a statement of the workload
  const redacted = !result.options.withValues && family.sql !== family.normalizedSql;
  const after = redacted ? await parser.normalize(variant.after) : variant.after;
  const candidate: Candidate = {
    id: rewriteId(variant, result),
    change: { kind: "rewrite", fingerprint: family.fingerprint, sql: after ?? "", assumes: variant.assumes },
    helps: [family.id],
    proposedBy: [
      ...variant.rules.map((id) => ({ kind: "rule" as const, id })),
      ...(variant.model === undefined ? [] : [{ kind: "model" as const, id: variant.model }]),
    ],
    reason: variant.because,
  };
  return { family, candidate, diff: redacted ? unifiedDiff(family.normalizedSql, after ?? "") : variant.diff, redacted };
}

interface Room {
  readonly rewriting: Rewriting;
  /** Candidate id → name of the index that the report makes for it. */
  readonly names: ReadonlyMap<string, RelationName>;
  /** Of the whole workload. */
  readonly costBefore: number;
}

async function recommendationOf(standing: StandingVariant, { rewriting, names, costBefore }: Room): Promise<Recommendation> {
  const { result, measured } = rewriting;
  const { variant, before, after, worstRatio, bindings } = standing;
  const { family, candidate, diff, redacted } = await printable(variant, rewriting);
  const { fingerprint } = await rewriting.parser.analyze(variant.after);
  const plans = result.options.withValues
    ? standing.plans
    : { before: redactPlan(standing.plans.before), after: redactPlan(standing.plans.after) };
  const saved = family.load.calls * (before - after);
  const run = runOf(candidate.id, measured, result);
  const timed = run?.outcome.kind === "measured" ? run.outcome : null;
  const { callsPerDay } = family.load;
  const needed = [...standing.needs].flatMap((id) => names.get(id)?.name ?? []).toSorted();
  const chosen: Chosen = {
    candidate,
    proofs: [
      {
        candidate: candidate.id,
        family: family.id,
        backend: result.planner.backend,
        outcome: { kind: "estimated", typical: plans, bindings },
      },
      ...(run ? [{ candidate: candidate.id, family: family.id, backend: "copy" as const, outcome: run.outcome }] : []),
    ],
    basis: timed ? "measured" : "estimated",
    benefit: {
      timeSavedMsPerDay: timed && callsPerDay !== null ? callsPerDay * (timed.before.medianMs - timed.after.medianMs) : null,
      costSaved: saved,
      shareOfWorkload: costBefore > 0 ? Math.min(1, saved / costBefore) : 0,
      families: [{ family: family.id, costBefore: before, costAfter: after, worstRatio, plans }],
    },
    indexBytes: 0,
    sizeUncertain: false,
    cautions: [
      ...variant.assumes.map((each) => `It assumes that ${each}.`),
      ...(needed.length > 0
        ? [`Its cost counts on the recommended ${needed.length === 1 ? "index" : "indexes"} ${needed.join(", ")}.`]
        : []),
      ...(redacted ? ["Literals are left out of the texts shown: --with-values shows the statement to send."] : []),
      ...(measured === "stopped" ? [measuringStopped] : []),
      ...(timed && isSlower(timed.before.medianMs, timed.after.medianMs)
        ? [
            `It took longer on the copy than the statement as it is: ${milliseconds(timed.before.medianMs)} before, ${milliseconds(timed.after.medianMs)} after.`,
          ]
        : []),
      ...(timed && !timed.sameRows ? ["On the copy the two gave other rows: do not use it, and please report it."] : []),
    ],
  };
  const explained = explain([chosen], result.snapshot)[0]!;
  return {
    ...explained,
    benefit: { ...explained.benefit, families: explained.benefit.families.map((effect) => withNames(effect, names)) },
    rewrite: { ...evidenceOf(standing, diff, result), ...(fingerprint === null ? {} : { fingerprint }) },
  };
}

function runOf(id: string, measured: Measured, result: AuditResult) {
  const outcome = measured === null || measured === "stopped" ? undefined : measured.rewrites.get(id);
  return outcome ? { outcome: shownOutcome(outcome, result) } : null;
}

/** The chosen set as a question to the planner. */
export function chosenIndexes({ selection }: AuditResult): WhatIf {
  const { show, hide } = selection ? chosenSet(selection) : { show: [], hide: [] };
  return { show: [...show], hide };
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

function evidenceOf({ variant, verdict, needs }: StandingVariant, diff: string, { selection }: AuditResult): RewriteEvidence {
  const tests = "tests" in verdict ? verdict.tests : null;
  const needed = selection?.chosen.flatMap(({ candidate: { id, change } }) =>
    needs.has(id) && change.kind === "create-index" ? [change.index] : [],
  );
  return {
    rules: variant.rules,
    diff,
    assumes: variant.assumes,
    databases: tests?.databases ?? 0,
    mutants: tests?.mutation?.mutants ?? null,
    mutantsKilled: tests?.mutation?.killed ?? null,
    warnings: tests?.warnings ?? [],
    indexes: (needed ?? []).map((index) => createIndexSql(index)).toSorted(),
  };
}
