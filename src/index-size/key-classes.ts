import type { ColumnStatistics } from "../domain/catalog.ts";
import { parseArrayText } from "../syntax/array-text.ts";
import { grownDistinct, onceInPart } from "./distinct-growth.ts";
import { type GinKey, ginKeysOf } from "./gin-keys.ts";
import type { IndexColumn } from "./index-shape.ts";
import { distinctValues, valueStrata } from "./value-strata.ts";

/** How often the keys of a GIN index occur, and how long they are. */
export interface KeyClasses {
  /** `count` different keys that are each in `share` (0–1) of the rows. */
  readonly classes: readonly { readonly share: number; readonly count: number }[];
  /** Mean bytes of a key's content. */
  readonly keyBytes: number;
  /** Mean number of different keys in a row that has any. */
  readonly perRow: number;
  /** Rows with no key at all (NULL or empty), 0–1: they get one placeholder entry. */
  readonly withoutKeys: number;
  readonly uncertain: string | null;
}

/** Keys that GIN would hold for one column, from its element statistics or from the values its statistics show. */
export function keyClasses(column: IndexColumn, rows: number): KeyClasses {
  const known = column.statistics;
  const sampledKeysOf = column.sampledValues === undefined ? null : ginKeysOf(column.operatorClass);
  if (column.sampledValues && sampledKeysOf !== null) {
    const weight = 1 / column.sampledValues.length;
    return fromSample(
      column.sampledValues.map((value) => ({ keys: value === null ? [] : sampledKeysOf(value), weight, rows: 1 })),
      column,
      rows,
    );
  }
  if (known?.mostCommonElements != null && !column.derived) return fromElements(column, known, rows);
  const keysOf = ginKeysOf(column.operatorClass);
  if (keysOf !== null) {
    // NULLs give no keys, but they are rows.
    const strata = valueStrata(column, rows).filter((stratum) => stratum.value !== null || stratum.isNull);
    if (strata.some((stratum) => stratum.value !== null))
      return fromSample(
        strata.map(({ value, weight, others }) => ({ keys: value === null ? [] : keysOf(value), weight, rows: others + 1 })),
        column,
        rows,
      );
  } else if (known !== null) return fromScalar(column, known, rows);
  return assumed(column);
}

/** Arrays and tsvector after ANALYZE: the most common elements, then a tail that goes on as their frequencies fall. */
function fromElements(column: IndexColumn, known: ColumnStatistics, rows: number): KeyClasses {
  const elements = parseArrayText(known.mostCommonElements!);
  // The list of frequencies ends with the smallest and the largest of them (and, for arrays, that of NULL).
  const shares = (known.mostCommonElementFrequencies ?? []).slice(0, elements.length).sort((a, b) => b - a);
  const keyBytes = elements.reduce((sum, element) => sum + Buffer.byteLength(element ?? ""), 0) / Math.max(1, elements.length);
  const counts = known.elementCountHistogram;
  // tsvector has no count histogram: a WordEntry is 4 bytes, then the lexeme, then about 3.5 of positions and padding.
  const perRow = counts?.at(-1) ?? Math.max(1, (known.averageWidthBytes - 8) / (4 + keyBytes + 3.5));
  return {
    classes: [...shares.map((share) => ({ share, count: 1 })), ...tail(shares, perRow, rows)],
    keyBytes,
    perRow,
    withoutKeys: known.nullFraction,
    uncertain: counts === null ? `words per row of ${column.label} estimated from the average width of the column` : null,
  };
}

/** Keys rarer than those listed: the power law through the lower half of the list, until it accounts for `perRow` keys a row. */
function tail(shares: readonly number[], perRow: number, rows: number): { share: number; count: number }[] {
  let left = perRow - shares.reduce((sum, share) => sum + share, 0);
  const listed = shares.length;
  if (left <= perRow * 0.01 || listed === 0) return [];
  const lowest = shares[listed - 1]!;
  const middle = shares[Math.floor(listed / 4)]!;
  const slope = listed > 20 ? Math.log(middle / lowest) / Math.log(listed / (Math.floor(listed / 4) + 1)) : 1;
  const exponent = Math.min(3, Math.max(0.2, slope));
  const classes: { share: number; count: number }[] = [];
  for (let rank = listed, step = 1; left > 0 && rank < 1e9; step = Math.max(1, Math.floor(rank * 0.05))) {
    const share = Math.max(lowest * ((rank + step / 2) / listed) ** -exponent, 1 / Math.max(1, rows));
    const count = Math.min(step, Math.ceil(left / share));
    classes.push({ share, count });
    left -= share * count;
    rank += count;
  }
  return classes;
}

/** Sampled values from which on the estimate is no guess; a histogram has a hundred. */
const enoughValues = 1000;

/** Fewer keys that all differ may do so by chance. */
const fewestDifferent = 20;

interface SampledRow {
  readonly keys: readonly GinKey[];
  readonly weight: number;
  /** Rows that hold exactly this value. */
  readonly rows: number;
}

/** A key met in the sample: part of the rows, number of sampled values, and rows those values stand for. */
interface SeenKey {
  weight: number;
  times: number;
  rows: number;
}

/**
 * Key frequencies from values that statistics show, or from sampled rows. A key seen in two or more of them has its weight; the keys
 * seen once share theirs, place by place, among as many as there are: by the growth of a sample of rows (distinct-growth.ts), by
 * Chao's estimator for a few values (Chao 1984: f1² / 2 f2 unseen ones).
 */
function fromSample(sample: readonly SampledRow[], column: IndexColumn, rows: number): KeyClasses {
  const places = new Map<string, Map<string, SeenKey>>();
  let total = 0;
  let withKeys = 0;
  let keyBytes = 0;
  let perRow = 0;
  for (const row of sample) {
    total += row.weight;
    if (row.keys.length > 0) withKeys += row.weight;
    for (const { place, text } of new Map(row.keys.map((key) => [key.text, key])).values()) {
      const seen = places.get(place) ?? new Map<string, SeenKey>();
      places.set(place, seen);
      const known = seen.get(text) ?? { weight: 0, times: 0, rows: 0 };
      known.weight += row.weight;
      known.times++;
      known.rows += row.rows;
      seen.set(text, known);
      keyBytes += Buffer.byteLength(text) * row.weight;
      perRow += row.weight;
    }
  }
  if (perRow === 0) return assumed(column);
  const told = sample.filter((row) => row.keys.length > 0).length;
  return {
    classes: [...places.values()].flatMap((seen) => classesOf([...seen.values()], { total, rows, sampled: sample.length })),
    keyBytes: keyBytes / perRow,
    perRow: perRow / Math.max(1e-9, withKeys),
    withoutKeys: column.nulls ? (column.statistics?.nullFraction ?? 0) : 0,
    uncertain: told >= enoughValues ? null : `keys of ${column.label} estimated from ${told} sampled values`,
  };
}

function grownKeys(seen: readonly SeenKey[], once: number, growth: number): number {
  const inPart = (part: number) => seen.reduce((sum, { times }) => sum + onceInPart(times, part), 0);
  return grownDistinct({ distinct: seen.length, once, onceInHalf: inPart(0.5), onceInQuarter: inPart(0.25), growth });
}

function unseenByChao(seen: readonly SeenKey[], once: number): number {
  const twice = seen.filter((key) => key.times === 2).length;
  return twice > 0 ? once ** 2 / (2 * twice) : (once * (once - 1)) / 2;
}

function classesOf(
  seen: readonly SeenKey[],
  { total, rows, sampled }: { total: number; rows: number; sampled: number },
): { share: number; count: number }[] {
  const classes = seen.filter((key) => key.times > 1).map((key) => ({ share: key.weight / total, count: 1 }));
  const once = seen.filter((key) => key.times === 1);
  if (once.length === 0) return classes;
  const unseen = sampled >= enoughValues ? grownKeys(seen, once.length, rows / sampled) - seen.length : unseenByChao(seen, once.length);
  const share = once.reduce((sum, key) => sum + key.weight, 0) / total;
  // No key can be in fewer rows than the value that showed it.
  const fewest = Math.max(1, Math.min(...once.map((key) => key.rows)));
  const most = (share * rows) / fewest;
  const least = Math.max(1, Math.min(once.length + unseen, most));
  // None came back: they may all differ. Between what the sample shows at least and all of them, the middle in proportion.
  const allDiffer = sampled < enoughValues && once.length === seen.length && once.length >= fewestDifferent;
  const count = allDiffer ? Math.sqrt(least * most) : least;
  return [...classes, { share: share / count, count }];
}

/** btree_gin: one key per row, the column's own value. */
function fromScalar(column: IndexColumn, known: ColumnStatistics, rows: number): KeyClasses {
  const common = (known.mostCommonFrequencies ?? []).map((share) => ({ share, count: 1 }));
  const rest = 1 - known.nullFraction - common.reduce((sum, each) => sum + each.share, 0);
  const others = Math.max(1, distinctValues(column, rows) - common.length);
  return {
    classes: rest > 1e-6 ? [...common, { share: rest / others, count: others }] : common,
    keyBytes: column.storageLength > 0 ? column.storageLength : known.averageWidthBytes - 1,
    perRow: 1,
    withoutKeys: known.nullFraction,
    uncertain: null,
  };
}

/** Nothing known: ten keys a row out of five thousand. A guess. */
function assumed(column: IndexColumn): KeyClasses {
  return {
    classes: [{ share: 0.002, count: 5000 }],
    keyBytes: 8,
    perRow: 10,
    withoutKeys: column.statistics?.nullFraction ?? 0,
    uncertain: `no sampled values of ${column.label}: ten keys a row out of 5000 are assumed, the size may be off by more than 2x`,
  };
}
