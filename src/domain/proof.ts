import type { Plan, PlanDoubt } from "./plan.ts";

export type Backend = "shadow" | "hypopg" | "live" | "copy";

/** What one backend found when it tried one candidate on one family. */
export interface Proof {
  readonly candidate: string;
  /** `QueryFamily.id`. */
  readonly family: string;
  readonly backend: Backend;
  readonly outcome: Outcome;
}

export type Outcome =
  | {
      readonly kind: "estimated";
      /** Plans for the binding that stands for the family in the totals; null where a rejected candidate's plans were not kept. */
      readonly typical: PlanPair | null;
      /** Every binding tried, the typical one included. */
      readonly bindings: readonly BindingProof[];
      /** What makes the typical plan's figures uncertain; absent where nobody asked. */
      readonly doubts?: readonly PlanDoubt[];
    }
  | { readonly kind: "measured"; readonly before: Timing; readonly after: Timing; readonly sameRows: boolean }
  | {
      readonly kind: "refuted";
      readonly because: "not-used" | "cost-rose" | "gain-too-small" | "rows-differ" | "assumption-false";
      readonly detail: string;
    }
  | {
      readonly kind: "inconclusive";
      readonly because: "timed-out" | "no-example" | "unsupported" | "not-creatable";
      readonly detail: string;
    };

export interface PlanPair {
  readonly before: Plan;
  readonly after: Plan;
}
/** `kind` is the Example's kind; costs are the plans' total costs. */
export interface BindingProof {
  readonly kind: string;
  readonly costBefore: number;
  readonly costAfter: number;
  readonly used: boolean;
}
export interface Timing {
  readonly medianMs: number;
  readonly runs: number;
  readonly cache: "warm" | "cold";
  readonly plan: Plan;
}
