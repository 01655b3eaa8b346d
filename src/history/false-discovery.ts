/**
 * Which of many tests may count so that of those that do at most the part `rate` is expected to be chance (Benjamini and Hochberg,
 * Controlling the False Discovery Rate, JRSS B 1995): with m tests, the k smallest probabilities for the largest k whose k-th is at most
 * k/m × rate. Where nothing is true, `rate` is also the chance that any counts at all.
 */
export function discoveries(probabilities: readonly number[], rate: number): readonly boolean[] {
  const sorted = probabilities.toSorted((a, b) => a - b);
  const last = sorted.findLastIndex((probability, position) => probability <= ((position + 1) / sorted.length) * rate);
  const limit = last < 0 ? Number.NEGATIVE_INFINITY : sorted[last]!;
  return probabilities.map((probability) => probability <= limit);
}
