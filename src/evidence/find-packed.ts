import type { Recommendation } from "../domain/recommendation.ts";
import type { Report } from "../domain/report.ts";
import type { PlannerTrial, TuningAdvice, TuningEffect } from "../domain/tuning.ts";
import { subjectName } from "../domain/tuning-subject.ts";
import { AdvisorError } from "../errors.ts";

/** What a pack is made of: a recommendation, or a tuning advice that a planner proved. */
export type Packed =
  | { readonly kind: "recommendation"; readonly recommendation: Recommendation }
  | {
      readonly kind: "advice";
      readonly advice: TuningAdvice;
      readonly trial: PlannerTrial;
      /** Of the statements that the report names, each once. */
      readonly effects: readonly TuningEffect[];
    };

/** The recommendation or advice of this id, or of the only one that begins so. Throws INPUT_INVALID naming those there are. */
export function findNamed(report: Report, id: string): Recommendation | TuningAdvice {
  const all = [...report.recommendations, ...(report.tuning?.advice ?? [])];
  const found = all.filter((each) => each.id.startsWith(id));
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  throw new AdvisorError(
    "INPUT_INVALID",
    `The report has ${found.length === 0 ? "no recommendation" : "several recommendations"} "${id}".`,
    {
      hint: all.length === 0 ? "It recommends nothing." : `It has: ${all.map((each) => each.id).join(", ")}.`,
    },
  );
}

/** The same as what a pack is made of. Throws INPUT_INVALID also for advice that no planner can prove again. */
export function findPacked(report: Report, id: string): Packed {
  const found = findNamed(report, id);
  return "proof" in found ? packedAdvice(found) : { kind: "recommendation", recommendation: found };
}

function packedAdvice(advice: TuningAdvice): Packed {
  const { proof } = advice;
  if (proof.kind === "planner" && proof.trial !== undefined && proof.effects.length > 0) {
    const byFamily = new Map(proof.effects.map((effect) => [effect.family, effect]));
    return { kind: "advice", advice, trial: proof.trial, effects: [...byFamily.values()] };
  }
  throw new AdvisorError(
    "INPUT_INVALID",
    `Advice ${advice.id} (${advice.rule} on ${subjectName(advice.about)}) has no plans to make again: it is ${whyNot[proof.kind]}.`,
    { hint: `Print it: plansmith explain ${advice.id} --report FILE` },
  );
}

const whyNot = {
  planner: "proved by a report of an older version",
  arithmetic: "reckoned from counters",
  measured: "measured",
  unproved: "unproved",
} as const;
