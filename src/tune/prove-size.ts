import type { MeasuredSize } from "../contract/measurer.ts";
import { bytes, grouped } from "../domain/units.ts";
import { AdvisorError } from "../errors.ts";
import { percent } from "../rule/scan-facts.ts";
import type { Trial } from "../rule/tuning-rule.ts";
import type { Questions } from "./replan.ts";
import type { Verdict } from "./verdict.ts";

type SizeTrial = Extract<Trial, { kind: "size" }>;

/** A copy with less than half or more than twice of production's rows tells nothing of their size. */
const alikeRows = 2;
/** A copy's relation that is so long, against production's, is bloated like it. */
const asLong = 0.8;
/** One no longer than this, against its rows written anew, has no empty space of its own. */
const noBloat = 1.25;

/**
 * What the rows would take is measured on the copy where there is one, in proportion to production's rows, and held against production's
 * size: so it does not matter whether the copy is bloated as well (a physical copy) or was written anew (a restored dump); which of
 * the two it is, is said. Refused when less would be won than the advice asks for. Without a copy the estimate stands as arithmetic.
 */
export async function proveSize(trial: SizeTrial, questions: Questions): Promise<Verdict> {
  const reckoned = (more: string): Verdict => ({ kind: "proved", proof: { kind: "arithmetic", formula: `${trial.formula}${more}` } });
  if (!questions.copySize) return reckoned("");
  const why = whyStopped(questions);
  if (why !== null) return reckoned(`; not measured on the copy: ${why}`);
  const found = await questions.copySize({ relation: trial.relation, index: trial.index });
  if (found.kind === "unknown") return reckoned(`; not measured on the copy: ${found.why}`);
  const growth = trial.rows / Math.max(1, found.copyRows);
  const what = trial.index === null ? "rows" : "entries";
  if (growth > alikeRows || growth < 1 / alikeRows)
    return reckoned(
      `; not measured: the copy has ${grouped(Math.round(found.copyRows))} ${what} where production has about ${grouped(Math.round(trial.rows))}`,
    );
  const needed = found.neededBytes * growth;
  const won = trial.bytes - needed;
  const measured = `its ${what} take ${bytes(needed)} on the copy (${found.how}${scaled(growth)}), where production has ${bytes(trial.bytes)}`;
  if (won < trial.leastBytes || won / trial.bytes < trial.leastShare)
    return {
      kind: "refused",
      reason: `Written anew, ${measured}: ${won > 0 ? percent(won / trial.bytes) : "nothing"} to be won, not the ${percent(1 - trial.neededBytes / trial.bytes)} estimated.`,
    };
  return { kind: "proved", proof: { kind: "measured", what: `Written anew, ${measured}. ${kindOfCopy(found, growth, trial)}` } };
}

function scaled(growth: number): string {
  return Math.abs(growth - 1) < 0.02 ? "" : `, times ${growth.toFixed(2)} for production's rows`;
}

/** What the copy's own length says of where it comes from, and so what was not seen there. */
function kindOfCopy({ neededBytes, copyBytes }: Extract<MeasuredSize, { kind: "measured" }>, growth: number, trial: SizeTrial): string {
  const length = bytes(copyBytes);
  if (copyBytes * growth >= trial.bytes * asLong) return `The copy is as long (${length}): bloated like production, so a physical copy`;
  if (copyBytes <= neededBytes * noBloat)
    return `The copy has no such space (${length}), as after a restored dump: the difference to production is measured, where it lies is not`;
  return `The copy has ${length}, less bloated than production: the difference to production is measured, not how it came about`;
}

function whyStopped({ stop }: Questions): string | null {
  try {
    stop();
    return null;
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "ABORTED") return error.message;
    throw error;
  }
}
