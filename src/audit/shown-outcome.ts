import type { Proof } from "../domain/proof.ts";
import { redactPlan } from "../explain/redact.ts";
import type { AuditResult } from "./assemble.ts";

/** Plans that ran hold the values that were bound. */
export function shownOutcome(outcome: Proof["outcome"], result: AuditResult): Proof["outcome"] {
  if (outcome.kind !== "measured" || result.options.withValues) return outcome;
  return {
    ...outcome,
    before: { ...outcome.before, plan: redactPlan(outcome.before.plan) },
    after: { ...outcome.after, plan: redactPlan(outcome.after.plan) },
  };
}
