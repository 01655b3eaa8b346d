import type { ColumnStatistics } from "./catalog.ts";

/** One slot of a `pg_statistic` row; arrays as PostgreSQL text. */
export interface Slot {
  readonly kind: number;
  readonly numbers: string | null;
  readonly values: string | null;
}

/** What every source of statistics knows before the slots. */
export interface Basics {
  readonly nullFraction: number;
  readonly averageWidthBytes: number;
  readonly distinct: number;
}

/**
 * Slots as `pg_stats` would show them. Kinds are those of src/include/catalog/pg_statistic.h: 1 most common values,
 * 2 histogram, 3 correlation, 4 most common elements, 5 element counts, 6 range lengths, 7 range bounds.
 */
export function columnStatistics(basics: Basics, slots: readonly Slot[]): ColumnStatistics {
  const slot = (kind: number) => slots.find((each) => each.kind === kind) ?? null;
  return {
    ...basics,
    mostCommonValues: slot(1)?.values ?? null,
    mostCommonFrequencies: numberArray(slot(1)?.numbers ?? null),
    histogramBounds: slot(2)?.values ?? null,
    correlation: numberArray(slot(3)?.numbers ?? null)?.[0] ?? null,
    mostCommonElements: slot(4)?.values ?? null,
    mostCommonElementFrequencies: numberArray(slot(4)?.numbers ?? null),
    elementCountHistogram: numberArray(slot(5)?.numbers ?? null),
    rangeLengthHistogram: slot(6)?.values ?? null,
    rangeEmptyFraction: numberArray(slot(6)?.numbers ?? null)?.[0] ?? null,
    rangeBoundsHistogram: slot(7)?.values ?? null,
  };
}

/** A `real[]` in text form, which never holds quotes. */
export function numberArray(text: string | null): number[] | null {
  if (text === null) return null;
  const inside = text.slice(text.indexOf("{") + 1, text.lastIndexOf("}"));
  return inside === "" ? [] : inside.split(",").map(Number);
}
