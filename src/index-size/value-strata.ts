import { parseArrayText } from "../syntax/array-text.ts";
import type { IndexColumn } from "./index-shape.ts";

/** A part of a column's rows that statistics let us tell apart. */
export interface Stratum {
  /** Part of the rows, 0–1. */
  readonly weight: number;
  /** A value that stands for it; null when none is known, or for NULL. */
  readonly value: string | null;
  readonly isNull: boolean;
  /** Expected number of other rows of the table that hold the same value. */
  readonly others: number;
  /** Bytes the value takes in a tuple, header included, before alignment; 0 for NULL. */
  readonly bytes: number;
}

/** Without statistics: selfuncs.c DEFAULT_NUM_DISTINCT, and 32 bytes as get_typavgwidth() for an unknown varlena. */
const defaultDistinct = 200;
const defaultVarlenaBytes = 32;

/**
 * A column's rows as NULLs, each most common value, and the histogram's values, which share the rest
 * evenly (the bounds are equally spaced quantiles). Weights sum to 1.
 */
export function valueStrata(column: IndexColumn, tableRows: number): Stratum[] {
  const known = column.statistics;
  const nullFraction = column.nulls && known ? known.nullFraction : 0;
  const scale = known && !column.nulls ? 1 / Math.max(1e-9, 1 - known.nullFraction) : 1;
  const values = known?.mostCommonValues == null ? [] : parseArrayText(known.mostCommonValues);
  const frequencies = (known?.mostCommonFrequencies ?? []).map((frequency) => frequency * scale);
  const rest = Math.max(0, 1 - nullFraction - frequencies.reduce((sum, each) => sum + each, 0));
  const others = othersBeyondCommon(rest * tableRows, distinctValues(column, tableRows) - frequencies.length);

  const strata: Stratum[] = [];
  if (nullFraction > 0) strata.push({ weight: nullFraction, value: null, isNull: true, others: nullFraction * tableRows - 1, bytes: 0 });
  for (const [position, weight] of frequencies.entries()) {
    const value = values[position] ?? null;
    strata.push({ weight, value, isNull: false, others: Math.max(0, weight * tableRows - 1), bytes: storedBytes(column, value) });
  }
  if (rest < 1e-6) return strata;
  const bounds = known?.histogramBounds == null ? [null] : parseArrayText(known.histogramBounds);
  for (const value of bounds)
    strata.push({ weight: rest / bounds.length, value, isNull: false, others, bytes: storedBytes(column, value) });
  return strata;
}

/** Distinct values that are not NULL, in rows. */
export function distinctValues(column: IndexColumn, tableRows: number): number {
  const known = column.statistics?.distinct ?? 0;
  if (known > 0) return Math.min(known, Math.max(1, tableRows));
  if (known < 0) return Math.max(1, -known * tableRows);
  return Math.max(1, Math.min(defaultDistinct, tableRows));
}

/**
 * Other rows with the same value, when `rows` rows show `distinct` values drawn at random: the λ of a
 * zero-truncated Poisson distribution with mean rows/distinct, λ / (1 − e^−λ), by Newton's method.
 */
export function othersBeyondCommon(rows: number, distinct: number): number {
  const mean = rows / Math.max(1, distinct);
  if (mean <= 1.0001) return 0;
  if (mean > 30) return mean;
  let lambda = 2 * (mean - 1);
  for (let round = 0; round < 30; round++) {
    const tail = Math.exp(-lambda);
    const value = lambda / (1 - tail) - mean;
    const slope = (1 - tail - lambda * tail) / (1 - tail) ** 2;
    lambda = Math.max(1e-9, lambda - value / slope);
  }
  return lambda;
}

/** Bytes of a value as index_form_tuple() stores it; the column's average where the text does not tell. */
function storedBytes(column: IndexColumn, value: string | null): number {
  if (column.storageLength > 0) return column.storageLength;
  const average = column.statistics?.averageWidthBytes ?? defaultVarlenaBytes;
  if (value === null) return average;
  if (/^(text|varchar|bpchar|citext)$/.test(column.typeName)) return varlenaBytes(Buffer.byteLength(value));
  if (column.typeName === "numeric") return numericBytes(value) ?? average;
  if (column.storageLength === -2) return Buffer.byteLength(value) + 1;
  return average;
}

/** VARATT_CAN_MAKE_SHORT: one header byte up to 126 bytes of content, else four. */
export function varlenaBytes(content: number): number {
  return content <= 126 ? content + 1 : content + 4;
}

/** numeric.c: a two-byte header and one int16 per non-zero group of four decimal digits. */
function numericBytes(value: string): number | null {
  const digits = /^-?(\d*)\.?(\d*)$/.exec(value);
  if (!digits) return null;
  const whole = digits[1]!.replace(/^0+/, "");
  const groups = whole.padStart(Math.ceil(whole.length / 4) * 4, "0") + digits[2]!.padEnd(Math.ceil(digits[2]!.length / 4) * 4, "0");
  const significant = groups.replace(/^(0000)+/, "").replace(/(0000)+$/, "");
  return varlenaBytes(2 + significant.length / 2);
}
