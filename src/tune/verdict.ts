import type { Evidence, TuningProof } from "../domain/tuning.ts";

/** What trying an advice comes to. */
export type Verdict =
  | {
      readonly kind: "proved";
      readonly proof: TuningProof;
      /** SQL as the proof would have it, where it found a better form than the rule's. */
      readonly apply?: readonly string[];
      /** Figures that planning gave, beside the rule's. */
      readonly evidence?: readonly Evidence[];
    }
  | { readonly kind: "refused"; readonly reason: string };

/** The advice stands on the rule's word: why it could not be tried, as a clause. */
export function unproved(why: string): Verdict {
  return { kind: "proved", proof: { kind: "unproved", why } };
}

/** In one sentence with its full stop. */
export function refused(reason: string): Verdict {
  return { kind: "refused", reason };
}
