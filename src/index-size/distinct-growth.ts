/** What a sample shows of how often values come back. */
export interface Recurrence {
  /** Different values seen, and those seen once. */
  readonly distinct: number;
  readonly once: number;
  /** Values that half, and a quarter, of the sample would show once: Σ over values seen k times of k p (1 − p)^(k − 1). */
  readonly onceInHalf: number;
  readonly onceInQuarter: number;
  /** How many times as large the whole is as the sample. */
  readonly growth: number;
}

/** Of the numeric integral: its error is under 1 %. */
const stepsPerDoubling = 16;

/**
 * Different values in the whole, by carrying on how the sample keeps finding new ones. The chance that the next value is new is
 * once / n (Good and Turing, 1953). From a quarter to a half of the sample its logarithm fell by some amount, from a half to the whole
 * by q times that; each further doubling is taken to do the same. q is 2 where all values are equally frequent, 1 where
 * frequencies follow a power law (Heaps), and below 1 where some values never come back. An estimator made for the first case alone,
 * as that of ANALYZE is, finds a fifth of the keys in the last.
 */
export function grownDistinct({ distinct, once, onceInHalf, onceInQuarter, growth }: Recurrence): number {
  if (once === 0 || growth <= 1) return distinct;
  const earlier = Math.log((4 * onceInQuarter) / (2 * onceInHalf));
  const latest = Math.log((2 * onceInHalf) / once);
  // A fall of a thousandth in a doubling is none: such values never come back.
  const fall = latest > 1e-3 ? latest : 0;
  const q = Math.min(2, Math.max(0.25, earlier > 1e-4 ? latest / earlier : 2));
  // Σ fall q^j over log2(x) doublings, for any x.
  const fallen = (x: number) => fall * q * (Math.abs(q - 1) < 1e-6 ? Math.log2(x) : (x ** Math.log2(q) - 1) / (q - 1));
  let found = distinct;
  let rate = once;
  for (let at = 1; at < growth; ) {
    const next = Math.min(growth, at * 2 ** (1 / stepsPerDoubling));
    const after = once * Math.exp(-fallen(next));
    found += ((rate + after) / 2) * (next - at);
    rate = after;
    at = next;
  }
  return found;
}

/** Of values seen `times` times, how many a part of the sample would show once. */
export function onceInPart(times: number, part: number): number {
  return times * part * (1 - part) ** (times - 1);
}
