import type { FamilyCost } from "../contract/cost-model.ts";
import { bringsStatistics } from "../domain/brings-statistics.ts";
import type { Candidate } from "../domain/candidate.ts";
import type { BindingProof, Outcome } from "../domain/proof.ts";
import type { Example } from "../domain/workload.ts";
import type { PlannableFamily, WhatIfCosts } from "./what-if.ts";

interface Circumstances {
  readonly costs: WhatIfCosts;
  /** Least part of a statement's cost, 0–1, that a candidate must save on some binding to count as proved. */
  readonly minGain: number;
}

/** What is known of one candidate on one statement so far. */
interface Trial {
  readonly candidate: Candidate;
  readonly bindings: BindingProof[];
  isProved: boolean;
  /** Where it was refuted together with others: the most that they saved, 0–1, and how many they were; null: tried alone everywhere. */
  together: { readonly gain: number; readonly count: number } | null;
}

const togetherShare = 0.5;
/** add_path() takes paths within 1 % for equal (pathnode.c, STD_FUZZ_FACTOR). */
const fuzz = 0.01;

const none = { show: new Set<string>(), hide: [] };

/**
 * Plans a statement with each candidate that could serve it, on every binding until one gains. `{candidate → outcome}`.
 *
 * Most candidates are refuted by one plan: the planner takes the cheapest plan of those that the visible indexes allow, so that no
 * index alone saves more than all of them at once. With all visible, those that the plan uses are tried alone and taken out, and
 * what is left is planned again, until what is left saves too little. It can miss a candidate where an index makes a plan dearer by
 * being there: one on an expression brings statistics (tried alone always), and add_path() takes paths within its fuzz for equal, at every
 * join: a saving of 5 % alone was seen to be one of 3.3 % beside nineteen others. So only what saves less than half of the least that
 * counts is refuted together.
 */
export async function proveTogether(
  planned: PlannableFamily,
  candidates: readonly Candidate[],
  circumstances: Circumstances,
): Promise<ReadonlyMap<string, Outcome>> {
  const trials = candidates.map((candidate): Trial => ({ candidate, bindings: [], isProved: false, together: null }));
  for (const example of planned.examples) {
    const open = trials.filter((trial) => !trial.isProved);
    const [bringers, others] = [open.filter(isBringer), open.filter((trial) => !isBringer(trial))];
    for (const trial of bringers) await tryAlone(planned, example, trial, circumstances);
    await peel(planned, example, others, circumstances);
  }
  return new Map(trials.map((trial) => [trial.candidate.id, outcomeOf(trial)]));
}

function isBringer({ candidate: { change } }: Trial): boolean {
  return change.kind === "create-index" && bringsStatistics(change.index);
}

async function peel(planned: PlannableFamily, example: Example, open: readonly Trial[], circumstances: Circumstances): Promise<void> {
  const { costs, minGain } = circumstances;
  let left = open;
  while (left.length > 1) {
    const before = await costs.costOf(planned.family, example, none);
    const show = new Set(left.map(({ candidate }) => candidate.id));
    const after = await costs.costOf(planned.family, example, { show, hide: [] });
    const gain = gainOf(before.cost, after.cost);
    if (gain < minGain * togetherShare) {
      for (const trial of left) if (gain >= (trial.together?.gain ?? 0)) trial.together = { gain, count: left.length };
      return;
    }
    const used = left.filter(({ candidate }) => after.used.has(candidate.id));
    // Cheaper without using any of them: nothing follows for each.
    if (used.length === 0) break;
    for (const trial of used) await tryAlone(planned, example, trial, circumstances, used.length === 1 ? after : null);
    left = left.filter((trial) => !used.includes(trial));
  }
  for (const trial of left) await tryAlone(planned, example, trial, circumstances);
}

/**
 * `beside`: a plan made with others visible that uses none of them. It is the plan with the index alone too, or within the 1 % of one,
 * so that alone is only planned where that much decides.
 */
async function tryAlone(
  planned: PlannableFamily,
  example: Example,
  trial: Trial,
  { costs, minGain }: Circumstances,
  beside: FamilyCost | null = null,
): Promise<void> {
  const { id } = trial.candidate;
  const before = await costs.costOf(planned.family, example, none);
  const decides = beside !== null && Math.abs(gainOf(before.cost, beside.cost) - minGain) > fuzz;
  const after = decides ? beside : await costs.costOf(planned.family, example, { show: new Set([id]), hide: [] });
  const used = after.used.has(id);
  trial.bindings.push({ kind: example.kind, costBefore: before.cost, costAfter: after.cost, used });
  // One binding that gains proves it; all of them are planned, and the worst is published, for what is chosen in the end.
  trial.isProved = used && gainOf(before.cost, after.cost) >= minGain;
}

function outcomeOf({ isProved, bindings, together }: Trial): Outcome {
  if (isProved) return { kind: "estimated", typical: null, bindings };
  const used = bindings.filter((binding) => binding.used);
  const best = Math.max(0, ...used.map(({ costBefore, costAfter }) => gainOf(costBefore, costAfter)));
  if (together !== null && together.gain >= best) {
    const detail = `It and ${together.count - 1} other candidates at once save ${inPercent(together.gain)} of the planner's cost at best.`;
    return { kind: "refuted", because: "gain-too-small", detail };
  }
  if (used.length === 0)
    return { kind: "refuted", because: "not-used", detail: `The planner does not choose it for ${inWords(bindings)}.` };
  return { kind: "refuted", because: "gain-too-small", detail: `It saves ${inPercent(best)} of the planner's cost at best.` };
}

function gainOf(before: number, after: number): number {
  return before > 0 ? 1 - after / before : 0;
}

function inPercent(part: number): string {
  return `${(Math.max(0, part) * 100).toFixed(1)} %`;
}

function inWords(bindings: readonly BindingProof[]): string {
  return bindings.length === 1
    ? "this statement"
    : `any of ${bindings.length} parameter bindings (${bindings.map((each) => each.kind).join(", ")})`;
}
