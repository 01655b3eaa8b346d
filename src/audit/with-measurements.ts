import type { Measurements, TakenAway } from "../contract/measurer.ts";
import type { Proof } from "../domain/proof.ts";
import { bytes, milliseconds } from "../domain/units.ts";
import type { Chosen } from "../explain/explain.ts";
import type { AuditResult } from "./assemble.ts";
import { cautionsOf, meanCall } from "./index-trials.ts";
import type { Measured } from "./measure-chosen.ts";
import { shownOutcome } from "./shown-outcome.ts";

/** Slower than this on the copy is said: less is noise of a warm cache. */
const tolerance = 1.1;
/** Below this, in ms, two runs of the same plan differ by more than the tolerance. */
const noiseMs = 1;
/** A real size this many times off the estimate is said: a copy's tables are never quite production's. */
const sizeTolerance = 2;

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
    cautions: [
      ...chosen.cautions,
      ...remarks,
      ...withoutGain(measured.taken.get(chosen.candidate.id) ?? [], result),
      ...cautionsOf(chosen.candidate, chosen.benefit.families, { measured, result }),
    ],
  };
}

/** Beyond what two runs of one plan differ by. */
export function isSlower(beforeMs: number, afterMs: number): boolean {
  return afterMs > beforeMs * tolerance && afterMs - beforeMs > noiseMs;
}

/** An index that the planner prices well, and that saved nothing when it alone was taken away again. */
function withoutGain(runs: readonly TakenAway[], result: AuditResult): string[] {
  const mean = meanCall(runs, result);
  if (mean === null || mean.with < mean.without) return [];
  return [
    `No gain was measured on the copy: with all else in place its statements took ${milliseconds(mean.without)} a call without it and ${milliseconds(mean.with)} with it.`,
  ];
}
