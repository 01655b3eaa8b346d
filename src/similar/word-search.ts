/** Texts that hold a word of the query, best first: Okapi BM25 (Robertson and Zaragoza 2009) with its usual k1 = 1.2, b = 0.75. */
export function rankByWords<T>(all: readonly T[], textOf: (each: T) => string, query: string): readonly T[] {
  const texts = all.map((each) => countsOf(wordsOf(textOf(each))));
  const lengths = texts.map((counts) => [...counts.values()].reduce((sum, count) => sum + count, 0));
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const scores = texts.map(() => 0);
  for (const word of new Set(wordsOf(query))) {
    const holding = texts.filter((counts) => counts.has(word)).length;
    const weight = Math.log(1 + (texts.length - holding + 0.5) / (holding + 0.5));
    texts.forEach((counts, at) => {
      const count = counts.get(word) ?? 0;
      scores[at]! += (weight * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * lengths[at]!) / Math.max(1, meanLength)));
    });
  }
  return all
    .map((each, at) => ({ each, at, score: scores[at]! }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.at - b.at)
    .map(({ each }) => each);
}

/** Names are cut at underscores too: `created_at` is found by `created`. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
}

function countsOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
