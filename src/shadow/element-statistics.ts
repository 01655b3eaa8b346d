import type { ColumnStatistics } from "../domain/catalog.ts";
import { ginKeysOf } from "../index-size/gin-keys.ts";
import { formatArrayText } from "../syntax/array-text.ts";
import type { ExpressionValue } from "./expression-distinct.ts";

/** compute_array_stats and compute_tsvector_stats list ten times the statistics target. */
const mostElements = 1000;

type ElementStatistics = Pick<ColumnStatistics, "mostCommonElements" | "mostCommonElementFrequencies" | "elementCountHistogram">;

/** Element frequencies of an array or tsvector expression from its sampled values, laid out as pg_statistic has them. */
export function elementStatistics(typeName: string, values: readonly ExpressionValue[]): ElementStatistics {
  const keysOf = ginKeysOf(typeName === "tsvector" ? "tsvector_ops" : "array_ops");
  const total = values.reduce((sum, each) => sum + each.weight, 0);
  const shares = new Map<string, { share: number; values: number }>();
  const counts: number[] = [];
  let mean = 0;
  for (const each of values) {
    const keys = new Set((keysOf?.(each.value ?? "") ?? []).map((key) => key.text));
    mean += (keys.size * each.weight) / total;
    counts.push(keys.size);
    for (const key of keys) {
      const known = shares.get(key) ?? { share: 0, values: 0 };
      shares.set(key, { share: known.share + each.weight / total, values: known.values + 1 });
    }
  }
  // An element of a single sampled value is chance, unless that value stands for many rows.
  const listed = [...shares].filter(([, { share, values: seen }]) => seen > 1 || share > 2 / values.length);
  if (listed.length === 0) return { mostCommonElements: null, mostCommonElementFrequencies: null, elementCountHistogram: null };
  const kept = listed.sort(([a, x], [b, y]) => y.share - x.share || (a < b ? -1 : 1)).slice(0, mostElements);
  // The list is sorted by element; its frequencies are followed by the smallest and largest, and for arrays by that of NULL.
  const sorted = kept.sort(([a], [b]) => (a < b ? -1 : 1));
  const frequencies = sorted.map(([, { share }]) => Math.min(1, share));
  // An element that is not listed is taken to be half as frequent as the rarest that is (ts_selfuncs.c, array_selfuncs.c).
  const rarest = Math.min(...frequencies, 2 * shareOfRare([...shares.values()], values.length));
  const ends = [rarest, Math.max(...frequencies)];
  counts.sort((a, b) => a - b);
  return {
    mostCommonElements: formatArrayText(sorted.map(([element]) => element)),
    mostCommonElementFrequencies: typeName === "tsvector" ? [...frequencies, ...ends] : [...frequencies, ...ends, 0],
    elementCountHistogram: typeName === "tsvector" ? null : [...quantiles(counts), mean],
  };
}

/** Mean frequency of the elements met once: their part of the rows over as many as Chao's estimator says there are. */
function shareOfRare(seen: readonly { readonly share: number; readonly values: number }[], sampled: number): number {
  const once = seen.filter((each) => each.values === 1);
  const twice = seen.filter((each) => each.values === 2).length;
  if (once.length === 0) return 1 / sampled;
  const unseen = twice > 0 ? once.length ** 2 / (2 * twice) : (once.length * (once.length - 1)) / 2;
  return once.reduce((sum, each) => sum + each.share, 0) / (once.length + unseen);
}

/** Eleven quantiles are enough for the selectivity of array comparisons. */
function quantiles(sorted: readonly number[]): number[] {
  return Array.from({ length: 11 }, (_, step) => sorted[Math.round((step * (sorted.length - 1)) / 10)]!);
}
