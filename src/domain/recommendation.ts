import type { Candidate } from "./candidate.ts";
import type { LikeCase } from "./like-case.ts";
import type { PlanDoubt } from "./plan.ts";
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
  /** What makes the plans of its statements uncertain, each thing once, what `cautions` say left out; absent: nothing does. */
  readonly doubts?: readonly PlanDoubt[];
  /** The nearest proven case in which the like helped; absent: none is near. */
  readonly likeCase?: LikeCase;
  /** Present for a rewrite of a statement. */
  readonly rewrite?: RewriteEvidence;
}

/** Why a rewritten statement may be trusted, besides the rule's preconditions, and what changes in its text. */
export interface RewriteEvidence {
  /** Ids of the rules that made it, in the order they were used. */
  readonly rules: readonly string[];
  /** libpg_query fingerprint of the statement to send instead, for finding it in a later workload; absent where it has none. */
  readonly fingerprint?: string;
  /** Unified diff of the statement. */
  readonly diff: string;
  /** What the rules take for granted, in words. */
  readonly assumes: readonly string[];
  /** Databases of hostile rows on which both statements gave the same result. */
  readonly databases: number;
  /** Single changes of the statement that those rows could tell from it, of those tried; null when none was. */
  readonly mutantsKilled: number | null;
  readonly mutants: number | null;
  readonly warnings: readonly string[];
  /** DDL of indexes that its cost counts on; empty when it is cheaper without any. */
  readonly indexes: readonly string[];
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
