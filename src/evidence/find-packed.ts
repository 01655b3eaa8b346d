import type { Recommendation } from "../domain/recommendation.ts";
import type { Report } from "../domain/report.ts";
import type { PlannerTrial, TuningAdvice, TuningEffect } from "../domain/tuning.ts";
import { subjectName } from "../domain/tuning-subject.ts";
import { AdvisorError } from "../errors.ts";
import { findNamed } from "../saved-report/find-named.ts";

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

/** What the id names, as what a pack is made of. Throws INPUT_INVALID as `findNamed` does, and for advice that no planner can prove again. */
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
