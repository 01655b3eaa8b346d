import type { Measurements } from "../contract/measurer.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Proof } from "../domain/proof.ts";
import { bytes, milliseconds } from "../domain/units.ts";
import { AdvisorError } from "../errors.ts";
import type { Chosen } from "../explain/explain.ts";
import { redactPlan } from "../explain/redact.ts";
import type { AuditResult } from "./assemble.ts";
import { rewriteId } from "./rewrites.ts";

/** Slower than this on the copy is said: less is noise of a warm cache. */
const tolerance = 1.1;
/** Below this, in ms, two runs of the same plan differ by more than the tolerance. */
const noiseMs = 1;
/** A real size this many times off the estimate is said: a copy's tables are never quite production's. */
const sizeTolerance = 2;

/** What ran on the copy; null when nothing was to be measured; `stopped` when the user ended it. */
export type Measured = Measurements | "stopped" | null;

/** Runs every statement that a chosen change serves without the changes and with all of them, and every rewrite that stands. */
export async function measureChosen(chosen: readonly Chosen[], result: AuditResult): Promise<Measured> {
  const { measurer, options, standing } = result;
  if (measurer === null || (chosen.length === 0 && standing.size === 0)) return null;
  const families = [...new Set(chosen.flatMap((each) => each.benefit.families.map((effect) => effect.family)))].toSorted();
  const made = new Set(chosen.map((each) => each.candidate.id));
  const request = {
    changes: chosen.map((each) => each.candidate),
    statements: families.flatMap((family) => {
      const texts = executable(family, result);
      const rewritten = [...(standing.get(family)?.needs ?? [])].some((id) => made.has(id));
      return texts ? [{ family, sql: texts.before, ...(rewritten && texts.after ? { after: texts.after } : {}) }] : [];
    }),
    rewrites: [...standing].flatMap(([family, { variant }]) => {
      const texts = executable(family, result);
      return texts?.after ? [{ candidate: rewriteId(variant, result), before: texts.before, after: texts.after }] : [];
    }),
    signal: options.signal,
    onProgress: options.onProgress,
  };
  try {
    return await measurer.measure(request);
  } catch (error) {
    // What was proved stays worth showing.
    if (!(error instanceof AdvisorError) || error.code !== "ABORTED") throw error;
    return "stopped";
  }
}

/** A generic binding has parameters left: it can be planned and not run. */
function executable(family: string, { proved, standing }: AuditResult): { readonly before: string; readonly after: string | null } | null {
  const example = proved.families.get(family)?.examples.find((each) => each.kind !== "generic");
  if (!example) return null;
  const other = standing.get(family)?.planned.examples.find((each) => each.kind === example.kind);
  return { before: example.sql, after: other?.sql ?? null };
}

/**
 * Adds to each chosen change what its statements took on the copy, with the whole set in place, beside the planner's figures. The
 * basis becomes "measured" when every statement that it was proved on ran there.
 */
export function withMeasurements(chosen: readonly Chosen[], measured: Measured, result: AuditResult): readonly Chosen[] {
  if (measured === null) return chosen;
  if (measured === "stopped") return chosen.map((each) => ({ ...each, cautions: [...each.cautions, measuringStopped] }));
  return chosen.map((each) => withOutcomes(each, measured, result));
}

export const measuringStopped = "Measuring on the copy was stopped: no time was measured.";

function withOutcomes(chosen: Chosen, measured: Measurements, result: AuditResult): Chosen {
  const proofs: Proof[] = [];
  const remarks: string[] = [];
  let savedMsPerDay: number | null = null;
  for (const { family } of chosen.benefit.families) {
    const outcome = measured.outcomes.get(family) ?? {
      kind: "inconclusive" as const,
      because: "no-example" as const,
      detail: "No values are known for its parameters.",
    };
    proofs.push({ candidate: chosen.candidate.id, family, backend: "copy", outcome: shownOutcome(outcome, result) });
    if (outcome.kind !== "measured") continue;
    const { before, after } = outcome;
    const callsPerDay = result.proved.families.get(family)?.family.load.callsPerDay ?? null;
    if (callsPerDay !== null) savedMsPerDay = (savedMsPerDay ?? 0) + callsPerDay * (before.medianMs - after.medianMs);
    if (isSlower(before.medianMs, after.medianMs))
      remarks.push(
        `Statement ${family} took longer on the copy: ${milliseconds(before.medianMs)} before, ${milliseconds(after.medianMs)} with the whole set.`,
      );
    if (!outcome.sameRows) remarks.push(`Statement ${family} gave another number of rows on the copy: its result depends on the plan.`);
  }
  const built = measured.built.get(chosen.candidate.id);
  if (built && (built.bytes > chosen.indexBytes * sizeTolerance || built.bytes * sizeTolerance < chosen.indexBytes))
    remarks.push(`Really built on the copy it took ${bytes(built.bytes)}; ${bytes(chosen.indexBytes)} were estimated.`);
  const isMeasured = proofs.length > 0 && proofs.every((proof) => proof.outcome.kind === "measured");
  return {
    ...chosen,
    proofs: [...chosen.proofs, ...proofs],
    basis: isMeasured ? "measured" : "estimated",
    benefit: { ...chosen.benefit, timeSavedMsPerDay: isMeasured ? savedMsPerDay : null },
    cautions: [...chosen.cautions, ...remarks, ...cautionsOf(chosen, measured, result)],
  };
}

/** Beyond what two runs of one plan differ by. */
export function isSlower(beforeMs: number, afterMs: number): boolean {
  return afterMs > beforeMs * tolerance && afterMs - beforeMs > noiseMs;
}

/** Of the relations that the change or its statements touch. */
function cautionsOf({ candidate, benefit }: Chosen, { cautions }: Measurements, result: AuditResult): string[] {
  const { change } = candidate;
  const own = change.kind === "create-index" ? [change.index.relation] : change.kind === "drop-index" ? [change.relation] : [];
  const read = benefit.families.flatMap(
    ({ family }) => result.proved.families.get(family)?.family.scans.map((scan) => scan.relation) ?? [],
  );
  const touched = new Set([...own, ...read].map(relationKey));
  return cautions.filter(({ relation }) => touched.has(relationKey(relation))).map(({ text }) => text);
}

/** Plans that ran hold the values that were bound. */
export function shownOutcome(outcome: Proof["outcome"], result: AuditResult): Proof["outcome"] {
  if (outcome.kind !== "measured" || result.options.withValues) return outcome;
  return {
    ...outcome,
    before: { ...outcome.before, plan: redactPlan(outcome.before.plan) },
    after: { ...outcome.after, plan: redactPlan(outcome.after.plan) },
  };
}
