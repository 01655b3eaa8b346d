/** Values that may come up this often by chance alone, of all that there are: half a false one for each expression (our choice). */
const falseOnes = 0.5;
/** No sample of ours is larger. */
const mostRepeats = 10_000;

/**
 * How often a value must come up in a sample to be taken for a common one: so often that of `distinct` equally frequent values,
 * each `expected` times in the sample on average, no more than half a one would by chance (Poisson). At least 2.
 */
export function fewestRepeats(expected: number, distinct: number): number {
  let term = Math.exp(-expected);
  let atLeast = 1 - term;
  for (let repeats = 1; repeats < mostRepeats; repeats++) {
    // `atLeast` is the chance of `repeats` or more.
    if (repeats >= 2 && distinct * atLeast <= falseOnes) return repeats;
    term *= expected / repeats;
    atLeast = Math.max(0, atLeast - term);
  }
  return mostRepeats;
}

/** The largest part of the rows, 0–1, of a value that `sampled` values do not show, with 95 % certainty: the rule of three. */
export function unseenShare(sampled: number): number {
  return Math.min(1, 3 / Math.max(1, sampled));
}
