import type { ColumnStatistics } from "../domain/catalog.ts";
import { ident } from "../domain/identifier.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { ginKeysOf } from "../index-size/gin-keys.ts";
import { formatArrayText } from "../syntax/array-text.ts";
import type { ExpressionValue } from "./expression-distinct.ts";

/** compute_array_stats and compute_tsvector_stats list ten times the statistics target. */
const mostElements = 1000;

type ElementStatistics = Pick<ColumnStatistics, "mostCommonElements" | "mostCommonElementFrequencies" | "elementCountHistogram">;

/** Element frequencies of an array or tsvector expression from its sampled values, laid out as pg_statistic has them. */
export async function elementStatistics(
  database: EmbeddedDatabase,
  typeName: string,
  values: readonly ExpressionValue[],
): Promise<ElementStatistics> {
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
  const level = shrinkage([...shares.values()].map((each) => each.values));
  const expected = (each: { readonly share: number; readonly values: number }) => each.share * (level(each.values) / each.values);
  // An element of a single sampled value is chance, unless all are about as frequent or that value stands for many rows.
  const listed = [...shares]
    .filter(([, { share, values: seen }]) => seen > 1 || level(1) > 1.5 || share > 2 / values.length)
    .map(([element, each]) => [element, { share: expected(each) }] as const)
    .filter(([, { share }]) => share > leastListed * mean);
  if (listed.length === 0) return { mostCommonElements: null, mostCommonElementFrequencies: null, elementCountHistogram: null };
  const kept = listed.sort(([a, x], [b, y]) => y.share - x.share || (a < b ? -1 : 1)).slice(0, mostElements);
  // The list is sorted by element; its frequencies are followed by the smallest and largest, and for arrays by that of NULL.
  const sorted = await inSearchOrder(database, typeName, kept);
  const frequencies = sorted.map(([, { share }]) => Math.min(1, share));
  // An element that is not listed is taken to be half as frequent as the rarest that is (ts_selfuncs.c, array_selfuncs.c).
  const rarest = Math.min(...frequencies, Math.max(leastListed * mean, 2 * shareOfRare([...shares.values()], values.length)));
  const ends = [rarest, Math.max(...frequencies)];
  counts.sort((a, b) => a - b);
  return {
    mostCommonElements: formatArrayText(sorted.map(([element]) => element)),
    mostCommonElementFrequencies: typeName === "tsvector" ? [...frequencies, ...ends] : [...frequencies, ...ends, 0],
    elementCountHistogram: typeName === "tsvector" ? null : [...quantiles(counts), mean],
  };
}

/** As the planner's binary search expects them: lexemes by length and then bytes (ts_selfuncs.c), elements of an array as their type orders them. */
async function inSearchOrder<T>(database: EmbeddedDatabase, typeName: string, listed: readonly (readonly [string, T])[]) {
  const order = typeName === "tsvector" ? `octet_length(v), v collate "C"` : `v::${ident(typeName.slice(1))}`;
  const rows = await database.session.query<{ v: string }>(`select v from unnest($1::text[]) u (v) order by ${order}`, [
    formatArrayText(listed.map(([element]) => element)),
  ]);
  const known = new Map(listed);
  return rows.map(({ v }) => [v, known.get(v)!] as const);
}

/**
 * Least frequency that ANALYZE lists, per element that a value has on average: more than 9 elements in each bucket of lossy counting,
 * of (10 × target + 10) × 1000 / 7 elements (compute_tsvector_stats in ts_typanalyze.c, compute_array_stats in array_typanalyze.c).
 */
const leastListed = (9 * 7) / ((mostElements + 10) * 1000);

/**
 * `{times met → times expected}`: a few met more often than others are so by chance, the more the closer all counts lie to what one
 * frequency for all would give. Poisson counts under a gamma prior fitted by mean and variance over the elements, those not met
 * included as by Chao's estimator (Gelman and others, Bayesian Data Analysis, section 2.6).
 */
function shrinkage(times: readonly number[]): (met: number) => number {
  const once = times.filter((each) => each === 1).length;
  const twice = times.filter((each) => each === 2).length;
  const unmet = twice > 0 ? once ** 2 / (2 * twice) : (once * (once - 1)) / 2;
  const all = times.length + unmet;
  const mean = times.reduce((sum, each) => sum + each, 0) / all;
  const variance = (times.reduce((sum, each) => sum + (each - mean) ** 2, 0) + unmet * mean ** 2) / all;
  if (variance <= mean) return () => mean;
  const rate = mean / (variance - mean);
  return (met) => (mean * rate + met) / (rate + 1);
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
