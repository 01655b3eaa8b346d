import type { ColumnStatistics } from "../domain/catalog.ts";

/** `1e6` from a million, `3e6` from 3.16 million: half a power of ten; `0` for nothing, `unknown` for null. */
export function magnitude(count: number | null): string {
  if (count === null || Number.isNaN(count)) return "unknown";
  if (count < 1) return "0";
  const halves = Math.floor(2 * Math.log10(count) + 1e-9);
  return `${halves % 2 === 0 ? 1 : 3}e${Math.floor(halves / 2)}`;
}

/**
 * A part of a whole in halvings down to a 64th, then in tens: `all`, `1/2` (at least a half), `1/4` … `1/64`, `1e-2`, `1e-3`, `sliver`. An index
 * pays below a fraction of its table, and this is fine enough to say on which side a scan lies.
 */
export function share(part: number | null, whole: number | null): string {
  if (part === null || whole === null || !(whole > 0)) return "unknown";
  const ratio = part / whole;
  if (ratio >= 0.95) return "all";
  const halving = [2, 4, 8, 16, 32, 64].find((parts) => ratio >= 1 / parts);
  if (halving !== undefined) return `1/${halving}`;
  return ratio >= 1e-2 ? "1e-2" : ratio >= 1e-3 ? "1e-3" : "sliver";
}

/** Bytes to the next lower power of two: how many rows a page holds decides what reading a row by its index costs. */
export function widthBand(bytes: number | null): string {
  return bytes === null || !(bytes >= 1) ? "unknown" : String(2 ** Math.floor(Math.log2(bytes)));
}

/**
 * How many rows one value of a column keeps, as a word: `one`, `few` (under 100), `some` (under 1 %), `many` (under 20 %), `most`.
 * From the number of distinct values alone, since a statement's constant must not change its shape.
 */
export function equalityBand(statistics: ColumnStatistics | null, rows: number | null): string {
  const distinct = distinctValues(statistics, rows);
  if (distinct === null || rows === null || rows < 1) return "unknown";
  return keptBand(rows / Math.max(distinct, 1), rows);
}

/** The same words for a number of rows kept out of all. */
export function keptBand(kept: number, rows: number): string {
  if (kept <= 1.5) return "one";
  if (kept >= rows * 0.2) return "most";
  if (kept >= rows * 0.01) return "many";
  return kept < 100 ? "few" : "some";
}

/** `pg_stats.n_distinct` as a count of values; null when it says nothing. */
export function distinctValues(statistics: ColumnStatistics | null, rows: number | null): number | null {
  if (!statistics || statistics.distinct === 0) return null;
  if (statistics.distinct > 0) return statistics.distinct;
  return rows === null ? null : -statistics.distinct * rows;
}

/** `ordered` when the heap lies nearly in the column's order (a BRIN index can use it), `scattered` when not. */
export function orderBand(statistics: ColumnStatistics | null): string {
  const correlation = statistics?.correlation ?? null;
  if (correlation === null) return "order-unknown";
  return Math.abs(correlation) >= 0.9 ? "ordered" : "scattered";
}

/** `skewed` when one value holds over half of the rows that are not null. */
export function skewBand(statistics: ColumnStatistics | null): string {
  const [top] = statistics?.mostCommonFrequencies ?? [];
  if (statistics === null || statistics === undefined) return "skew-unknown";
  return top !== undefined && top > 0.5 * (1 - statistics.nullFraction) ? "skewed" : "even";
}

/** Part of a column that is NULL: `no-nulls`, `nulls`, `mostly-null`. */
export function nullBand(statistics: ColumnStatistics | null): string {
  const part = statistics?.nullFraction ?? null;
  if (part === null) return "nulls-unknown";
  if (part > 0.5) return "mostly-null";
  return part > 0 ? "nulls" : "no-nulls";
}
