import { milliseconds } from "../domain/units.ts";
import type { AuditResult } from "./assemble.ts";
import type { Measured } from "./measure-chosen.ts";
import { rewriteId } from "./rewrites.ts";

/** Below this, in ms, two runs differ by chance alone: nothing is refuted by less. */
const chanceMs = 0.1;

/**
 * Rewrites that the copy refuted, by family, with the reason: other rows, or no less time although no chosen index is there for them (a
 * change of code that saves none is not worth making). One that needs an index stays, with a caution, since the index was chosen for
 * it: a person decides on both.
 */
export function refutedByRunning(measured: Measured, result: AuditResult): ReadonlyMap<string, string> {
  const because = new Map<string, string>();
  if (measured === null || measured === "stopped") return because;
  for (const [family, { variant, needs }] of result.standing) {
    const outcome = measured.rewrites.get(rewriteId(variant, result));
    if (outcome?.kind !== "measured") continue;
    const { before, after, sameRows } = outcome;
    if (!sameRows) because.set(family, "run on the copy, it gave other rows than the statement as it is.");
    else if (needs.size === 0 && !isFaster(before.medianMs, after.medianMs))
      because.set(
        family,
        `run on the copy, it took ${milliseconds(after.medianMs)}, the statement as it is ${milliseconds(before.medianMs)}.`,
      );
  }
  return because;
}

function isFaster(beforeMs: number, afterMs: number): boolean {
  return afterMs < beforeMs || afterMs - beforeMs < chanceMs;
}
