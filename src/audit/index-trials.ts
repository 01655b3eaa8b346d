import type { Measurements, TakenAway } from "../contract/measurer.ts";
import type { Candidate } from "../domain/candidate.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Proof } from "../domain/proof.ts";
import { milliseconds } from "../domain/units.ts";
import type { AuditResult } from "./assemble.ts";
import { executable, type Measured } from "./measure-chosen.ts";
import { shownOutcome } from "./shown-outcome.ts";

/** A chosen index that running speaks against. */
export interface RefutedIndex {
  /** For the report, as "Class: detail". */
  readonly reason: string;
  /** What its statements took without it and with it, all else in place. */
  readonly proofs: readonly Proof[];
}

/** Slower by less than this is what two series of runs of one plan differ by. */
const tolerance = 1.1;
/** And so is less than this, in ms a call. */
const chanceMs = 0.1;

/**
 * Chosen indexes that the copy refutes, by candidate: their statements, weighed by calls, took longer with it than with all else in place
 * and without it, in two series of runs; or no plan on the copy reads it although the values that were run are those that the proof
 * stands on. A copy that is unlike production in a table that matters refutes nothing.
 */
export function refutedIndexes(measured: Measured, result: AuditResult): ReadonlyMap<string, RefutedIndex> {
  const refuted = new Map<string, RefutedIndex>();
  if (measured === null || measured === "stopped") return refuted;
  for (const { candidate, usedBy } of result.selection?.chosen ?? []) {
    const runs = measured.taken.get(candidate.id);
    if (runs === undefined) continue;
    const families = [...usedBy, ...runs.map(({ family }) => family)].map((family) => ({ family }));
    if (cautionsOf(candidate, families, { measured, result }).length > 0) continue;
    const reason = runs.length === 0 ? unreadReason(usedBy, measured, result) : slowerReason(runs, result);
    if (reason !== null) refuted.set(candidate.id, { reason, proofs: runs.flatMap((run) => proofOf(candidate.id, run, result)) });
  }
  return refuted;
}

function slowerReason(runs: readonly TakenAway[], result: AuditResult): string | null {
  const mean = meanCall(runs, result);
  if (mean === null || mean.with <= mean.without * tolerance) return null;
  const slower = runs.filter(({ with: whole, without }) => without !== null && whole.medianMs - without.medianMs > chanceMs);
  if (slower.length === 0) return null;
  const each = slower.map(
    ({ family, with: whole, without }) =>
      `statement ${family} took ${milliseconds(whole.medianMs)} with it and ${milliseconds(without!.medianMs)} without`,
  );
  return `Refuted: really built on the copy, with all else in place, it made what it is for slower: ${each.join("; ")}.`;
}

/** Said only where every statement that was to use it ran, with the values that stand for it. */
function unreadReason(usedBy: readonly string[], measured: Measurements, result: AuditResult): string | null {
  const ran = usedBy.every(
    (family) => measured.outcomes.get(family)?.kind === "measured" && executable(family, result)?.isTypical === true,
  );
  return ran && usedBy.length > 0
    ? `Refuted: really built on the copy, no plan reads it: ${usedBy.length === 1 ? `statement ${usedBy[0]} takes` : "its statements take"} another path there.`
    : null;
}

/** What a call takes on average, over all calls of the statements that read the index; null when none was timed both ways. */
export function meanCall(runs: readonly TakenAway[], { proved }: AuditResult): { readonly with: number; readonly without: number } | null {
  let [calls, whole, less] = [0, 0, 0];
  for (const run of runs) {
    // Stopped at the time limit without the index: it saves at least that, and nobody knows how much.
    if (run.without === null) return null;
    const weight = proved.families.get(run.family)?.family.load.calls ?? 0;
    calls += weight;
    whole += weight * run.with.medianMs;
    less += weight * run.without.medianMs;
  }
  return calls > 0 ? { with: whole / calls, without: less / calls } : null;
}

function proofOf(candidate: string, { family, with: after, without: before }: TakenAway, result: AuditResult): Proof[] {
  if (before === null) return [];
  return [{ candidate, family, backend: "copy", outcome: shownOutcome({ kind: "measured", before, after, sameRows: true }, result) }];
}

/** Why the copy's figures on the relations that the change or these statements touch deserve less trust. */
export function cautionsOf(
  { change }: Candidate,
  families: readonly { readonly family: string }[],
  { measured, result }: { readonly measured: Measurements; readonly result: AuditResult },
): string[] {
  const own = change.kind === "create-index" ? [change.index.relation] : change.kind === "drop-index" ? [change.relation] : [];
  const read = families.flatMap(({ family }) => result.proved.families.get(family)?.family.scans.map((scan) => scan.relation) ?? []);
  const touched = new Set([...own, ...read].map(relationKey));
  return measured.cautions.filter(({ relation }) => touched.has(relationKey(relation))).map(({ text }) => text);
}
