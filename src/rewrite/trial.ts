import type { IndexDefinition } from "../domain/candidate.ts";
import type { BindingProof } from "../domain/proof.ts";
import type { Verdict } from "../equivalence/verdict.ts";
import type { RewriteProposal } from "../rule/rewrite.ts";

/** One rewrite of one statement with what was found out about it. */
export interface RewriteTrial {
  /** `QueryFamily.id`. */
  readonly family: string;
  /** Ids of the rules, in the order they were used. */
  readonly rules: readonly string[];
  readonly because: string;
  readonly assumes: readonly string[];
  readonly contract: RewriteProposal["contract"];
  readonly before: string;
  /** The rewritten statement, the user's words kept where nothing changed. */
  readonly after: string;
  /** Unified diff of the two texts. */
  readonly diff: string;
  /** Indexes that the cost below counts on; empty when it is cheaper with those at hand. */
  readonly indexes: readonly IndexDefinition[];
  /** Null when the planner could not plan it, with the reason in `refused`. */
  readonly cost: RewriteCost | null;
  /** Null when the cost did not make it worth asking. */
  readonly verdict: Verdict | null;
  /** Why it is not recommended; null for one that is. */
  readonly refused: string | null;
}

export interface RewriteCost {
  /** Of the statement as it is, under the same indexes. */
  readonly before: number;
  readonly after: number;
  /** Worst ratio after/before over all bindings. */
  readonly worstRatio: number;
  readonly bindings: readonly BindingProof[];
}
