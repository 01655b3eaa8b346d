import { figure } from "../rule/build.ts";
import { percent } from "../rule/scan-facts.ts";
import type { Trial } from "../rule/tuning-rule.ts";
import type { Verdict } from "./prove-advice.ts";
import type { Questions } from "./replan.ts";

/** Rows of the sample, by the log or found, from which a count says something. */
const fewestSampled = 10;
/** As tuning/extended-statistics has it: an estimate off by less is good enough. */
const leastError = 10;

/**
 * Counts a condition in the sampled rows: measured when the planner expects over 10× fewer, refused when the sample shows otherwise,
 * unproved without a sample or where so few of its rows meet the condition that the count could be chance.
 */
export async function proveCounted(trial: Extract<Trial, { kind: "counted" }>, { planner }: Questions): Promise<Verdict> {
  const sample = (await planner.sampledRows?.(trial.relation)) ?? null;
  const part = await sample?.fraction(trial.condition);
  if (!sample || part === null || part === undefined) return { kind: "proved", proof: { kind: "unproved", why: trial.otherwise } };
  const expected = trial.expectedRows / trial.rows;
  const found = Math.round(part * sample.rows);
  const isOff = part >= expected * leastError;
  if (isOff && found >= fewestSampled) {
    const what = `${figure(found)} of ${figure(sample.rows)} sampled rows hold it, ${percent(part)}, where the planner expects ${percent(expected)}`;
    return { kind: "proved", proof: { kind: "measured", what } };
  }
  // Ten times what is expected would have shown.
  if (!isOff && expected * leastError * sample.rows >= fewestSampled)
    return { kind: "refused", reason: `Counted in ${figure(sample.rows)} sampled rows, the estimate is not off by ${leastError}×.` };
  const why = `${trial.otherwise}; ${figure(found)} of ${figure(sample.rows)} sampled rows are too few to tell`;
  return { kind: "proved", proof: { kind: "unproved", why } };
}
