/** What a sample shows of how often values come back. */
export interface Recurrence {
  /** Different values seen, and those seen once. */
  readonly distinct: number;
  readonly once: number;
  /** Values that half of the sample would show once: Σ over values seen k times of k / 2^k. */
  readonly onceInHalf: number;
  /** How many times as large the whole is as the sample. */
  readonly growth: number;
}

/**
 * Different values in the whole, by carrying on how the sample keeps finding new ones. The chance that the next value is new is
 * once / n (Good and Turing, 1953); between half of the sample and all of it that falls as n^−b (Heaps' law; b = 0 where values never
 * come back, above 1 where all are soon seen), and it is taken to go on so. Estimators that suit one value a row, such as that of
 * ANALYZE, find a fifth of the keys where many come back and some never do.
 */
export function grownDistinct({ distinct, once, onceInHalf, growth }: Recurrence): number {
  if (once === 0 || growth <= 1) return distinct;
  const falls = Math.min(4, Math.max(0, 1 + Math.log2(onceInHalf / once)));
  const left = 1 - falls;
  // ∫ of once x^−b from 1 to the growth.
  const fresh = Math.abs(left) < 1e-6 ? Math.log(growth) : (growth ** left - 1) / left;
  return distinct + once * fresh;
}
