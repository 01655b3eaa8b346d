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

/** Ties go to the earlier case, for every method alike. */
export async function judgeRetrieval(
  queries: readonly { readonly text: string; readonly label: string }[],
  gallery: readonly string[],
  nearness: Nearness,
): Promise<Retrieval> {
  const labels = new Set(gallery);
  const answerable = queries.filter(({ label }) => labels.has(label));
  let first = 0;
  let five = 0;
  let reciprocal = 0;
  for (const { text, label } of answerable) {
    const scores = await nearness(text);
    let best = Number.NEGATIVE_INFINITY;
    gallery.forEach((each, at) => {
      if (each === label && scores[at]! > best) best = scores[at]!;
    });
    const bestAt = gallery.findIndex((each, at) => each === label && scores[at] === best);
    let ahead = 0;
    scores.forEach((score, at) => {
      if (score > best || (score === best && at < bestAt)) ahead++;
    });
    if (ahead === 0) first++;
    if (ahead < 5) five++;
    reciprocal += 1 / (ahead + 1);
  }
  const count = Math.max(1, answerable.length);
  return {
    recallAt1: first / count,
    recallAt5: five / count,
    meanReciprocalRank: reciprocal / count,
    queries: answerable.length,
    unanswerable: queries.length - answerable.length,
  };
}
