/** The middle value; the mean of the two middle ones of an even count. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = new Float64Array(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Standard deviation by the median absolute deviation: 1.4826 makes it equal for a normal distribution, and up to half of the values may be
 * anything (Rousseeuw and Croux, Alternatives to the Median Absolute Deviation, JASA 1993).
 */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}

/** Part of the information in n values that the MAD uses, for normal ones (Rousseeuw and Croux 1993: 36.74 %). */
export const spreadEfficiency = 0.3674;
/** Variance of the median of n normal values, in variances of their mean: π/2 for large n. */
export const medianVariance = Math.PI / 2;
