import type { SearchCandidate } from "./search.ts";

/** {family → the candidates that can change its plan, in the order given}. */
export function servingEach(candidates: readonly SearchCandidate[]): Map<string, SearchCandidate[]> {
  const serving = new Map<string, SearchCandidate[]>();
  for (const candidate of candidates)
    for (const family of candidate.families) {
      const known = serving.get(family);
      if (known) known.push(candidate);
      else serving.set(family, [candidate]);
    }
  return serving;
}
