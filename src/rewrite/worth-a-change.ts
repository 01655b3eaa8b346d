import type { Verdict } from "../equivalence/verdict.ts";

/** What a rewrite must save to be worth changing a statement in someone's code for: less is told, and not recommended. */
export const worthAChange = {
  /** Least part of the statement's cost, 0–1. */
  minGain: 0.1,
  /** Least cost units: an index scan of one row costs about eight. */
  minCostSaved: 10,
  /** Largest part by which another binding may get worse. */
  maxRegression: 0.1,
  /** Costs that differ by a smaller part are about the same. */
  aboutTheSame: 0.05,
} as const;

/** Why a rewrite with this verdict is not recommended; empty for one that is proved. */
export function notProved(verdict: Verdict): string {
  switch (verdict.verdict) {
    case "different":
      return `Not the same: ${verdict.counterExample.explanation}`;
    case "unsupported":
      return `Equivalence cannot be judged: ${verdict.reason}`;
    case "tested":
      return "Tested without a difference, and no rule vouches for it.";
    case "proved":
      return "";
    default:
      return verdict satisfies never;
  }
}
