import type { Nearness } from "./baselines.ts";

export interface Retrieval {
  /** Part of the queries whose nearest case has their label, 0–1; the same among the nearest five; mean of 1 / rank of the first. */
  readonly recallAt1: number;
  readonly recallAt5: number;
  readonly meanReciprocalRank: number;
  readonly queries: number;
  /** Queries whose label no case of the gallery has: no method can find them, and none is asked. */
  readonly unanswerable: number;
}

/**
 * How many cases of the gallery are nearer to each query than the first with the query's own label; null where the gallery has none. Ties go
 * to the earlier case, for every method alike.
 */
export async function ranksOf(
  queries: readonly { readonly text: string; readonly label: string }[],
  gallery: readonly string[],
  nearness: Nearness,
): Promise<readonly (number | null)[]> {
  const labels = new Set(gallery);
  const ranks: (number | null)[] = [];
  for (const { text, label } of queries) {
    if (!labels.has(label)) {
      ranks.push(null);
      continue;
    }
    const scores = await nearness(text);
    let bestAt = -1;
    for (let at = 0; at < gallery.length; at++) if (gallery[at] === label && (bestAt < 0 || scores[at]! > scores[bestAt]!)) bestAt = at;
    const best = scores[bestAt]!;
    let ahead = 0;
    for (let at = 0; at < gallery.length; at++) if (scores[at]! > best || (scores[at] === best && at < bestAt)) ahead++;
    ranks.push(ahead);
  }
  return ranks;
}

/** The measures over some queries' ranks. */
export function judgeRanks(ranks: readonly (number | null)[]): Retrieval {
  const known = ranks.filter((rank) => rank !== null);
  const count = Math.max(1, known.length);
  return {
    recallAt1: known.filter((rank) => rank < 1).length / count,
    recallAt5: known.filter((rank) => rank < 5).length / count,
    meanReciprocalRank: known.reduce((sum, rank) => sum + 1 / (rank + 1), 0) / count,
    queries: known.length,
    unanswerable: ranks.length - known.length,
  };
}
