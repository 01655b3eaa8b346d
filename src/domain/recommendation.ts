import type { Candidate } from "./candidate.ts";
import type { LockMode } from "./postgres.ts";
import type { Proof } from "./proof.ts";

/** A candidate that was proved, paid for and chosen. */
export interface Recommendation {
  /** Stable across runs on the same schema: the candidate's id. */
  readonly id: string;
  readonly title: string;
  readonly candidate: Candidate;
  readonly proofs: readonly Proof[];
  /** "measured" only when every proof is. */
  readonly basis: "measured" | "estimated";
  readonly benefit: Benefit;
  readonly price: Price;
  /** SQL to run in order, each in its own transaction. */
  readonly apply: readonly string[];
  readonly undo: readonly string[];
  readonly explanation: { readonly text: string /** "template" or a model id. */; readonly writtenBy: string };
  /** Reasons to trust the figures less than usual: redacted statistics, stand-in types, cross-major planning, … */
  readonly cautions: readonly string[];
}

export interface Benefit {
  /** Null when the basis is "estimated": cost units are not time. */
  readonly timeSavedMsPerDay: number | null;
  /** Planner cost units × calls, over the families helped less those hurt, with the rest of the chosen set in place. */
  readonly costSaved: number;
  /** Part of the whole workload's cost that it saves, 0–1. */
  readonly shareOfWorkload: number;
  readonly families: readonly FamilyEffect[];
}
export interface FamilyEffect {
  readonly family: string;
  readonly costBefore: number;
  readonly costAfter: number;
  /** Worst ratio after/before over all bindings tried; > 1 means some binding gets worse. */
  readonly worstRatio: number;
  /** One line: what the plan did and what it does now. */
  readonly planChange: string;
}
export interface Price {
  /** Estimated size; negative for a drop. */
  readonly indexBytes: number;
  readonly sizeUncertain: boolean;
  readonly lock: LockMode;
  /** Rows inserted, updated and deleted per day on the relation; null when unknown. */
  readonly writesPerDay: number | null;
  /** In words: what each write will cost more. */
  readonly writeCost: string;
}
