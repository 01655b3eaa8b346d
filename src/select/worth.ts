import type { Budget } from "./budget.ts";
import type { SearchCandidate } from "./search.ts";

/** The most that a set within the budget can be worth, at a worth for each candidate. */
export interface Worth {
  readonly worth: number;
  /** {candidate → part of it taken, 0–1}; others are not taken. */
  readonly taken: ReadonlyMap<string, number>;
  /** Worth of one more byte; 0 where bytes do not bind. */
  readonly perByte: number;
}

/**
 * Fractional knapsack (Dantzig 1957): the best by worth per unit of the limit, the last one in part, which no whole set
 * exceeds. Of several limits the tightest counts, and the others are left out, which can only raise the answer.
 */
export function mostWorth(candidates: readonly SearchCandidate[], worthOf: (id: string) => number, budget: Budget): Worth {
  const wanted = candidates
    .map((candidate) => ({ candidate, worth: worthOf(candidate.id) - candidate.price }))
    .filter(({ worth }) => worth > 0);
  const fill = (limit: number, unitsOf: (candidate: SearchCandidate) => number): Worth => {
    const taken = new Map<string, number>();
    let left = limit;
    let worth = 0;
    const dense = wanted.toSorted(
      (a, b) => b.worth / unitsOf(b.candidate) - a.worth / unitsOf(a.candidate) || (a.candidate.id < b.candidate.id ? -1 : 1),
    );
    for (const each of dense) {
      const units = unitsOf(each.candidate);
      // What alone breaks the limit is in no set.
      if (units > limit) continue;
      const part = Math.min(1, left / units);
      if (part <= 0) return { worth, taken, perByte: each.worth / units };
      taken.set(each.candidate.id, part);
      worth += part * each.worth;
      left -= part * units;
      if (part < 1) return { worth, taken, perByte: each.worth / units };
    }
    return { worth, taken, perByte: 0 };
  };
  const answers = [
    budget.maxBytes === null ? null : fill(budget.maxBytes, ({ bytes }) => Math.max(1, bytes)),
    budget.maxIndexes === null ? null : { ...fill(budget.maxIndexes, () => 1), perByte: 0 },
    budget.maxBuildMs === null ? null : { ...fill(budget.maxBuildMs, ({ buildMs }) => Math.max(1e-9, buildMs)), perByte: 0 },
  ].filter((answer) => answer !== null);
  const unlimited: Worth = {
    worth: wanted.reduce((sum, { worth }) => sum + worth, 0),
    taken: new Map(wanted.map(({ candidate }) => [candidate.id, 1])),
    perByte: 0,
  };
  return answers.reduce((least, answer) => (answer.worth < least.worth ? answer : least), unlimited);
}
