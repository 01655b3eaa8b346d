import type { Column, ColumnStatistics } from "../domain/catalog.ts";
import { boundText, type TimePartition, timeOf } from "../rule/time-partitions.ts";
import { formatArrayText, parseArrayText } from "../syntax/array-text.ts";

/** Rows of the table, and the part of them, 0–1, that lies in the partition; `before` of it lies in older ones. */
export interface Slice {
  readonly rows: number;
  readonly share: number;
  readonly before: number;
}

/** Smallest step between two times of a type, so that the last of a partition lies before its end. */
const stepMs: Readonly<Record<string, number>> = { date: 86_400_000 };

/**
 * What ANALYZE of one partition would find of the column that parts them: common values and histogram as far as they lie in it, with
 * the partition's own ends. Ends of the table that were read stand for the first and last partition's.
 */
export function cutTimes(column: Column, statistics: ColumnStatistics, { from, to }: TimePartition, { rows, share }: Slice): Column {
  const step = stepMs[column.baseType] ?? 1;
  const [bounds, common] = [times(statistics.histogramBounds), times(statistics.mostCommonValues)];
  const known = [...bounds, ...common, ...(column.ends === null ? [] : times(formatArrayText([column.ends.low, column.ends.high])))];
  const low = Math.max(from.getTime(), Math.min(...known));
  const high = Math.max(low, Math.min(to.getTime() - step, Math.max(...known)));
  const inside = (time: number) => time >= low && time <= high;
  const text = (time: number) => boundText(column.baseType, new Date(time));
  const listed = common
    .map((time, at) => ({ time, frequency: statistics.mostCommonFrequencies?.[at] ?? 0 }))
    .filter((each) => inside(each.time));
  const left = share - listed.reduce((sum, each) => sum + each.frequency, 0);
  const cut = left > 0 ? [...new Set(equalSteps(bounds, low, high))] : [];
  return {
    ...column,
    // Both ends in one row are an index's minimum and maximum.
    ends: { low: text(low), high: text(high) },
    inheritedStatistics: null,
    statistics: {
      ...statistics,
      nullFraction: 0,
      distinct: statistics.distinct > 0 ? Math.max(1, Math.min(rows * share, statistics.distinct * share)) : statistics.distinct,
      mostCommonValues: listed.length === 0 ? null : formatArrayText(listed.map((each) => text(each.time))),
      mostCommonFrequencies: listed.length === 0 ? null : listed.map((each) => each.frequency / share),
      histogramBounds: cut.length > 1 ? formatArrayText(cut.map(text)) : null,
    },
  };
}

/** As many bins as ANALYZE makes of a partition's rows. */
const bins = 100;

/** Bounds between two times with equally many rows from one to the next: those of the whole, interpolated as the planner does. */
function equalSteps(bounds: readonly number[], low: number, high: number): number[] {
  const last = bounds.length - 1;
  if (last < 1) return [];
  const rank = (time: number) => {
    const at = bounds.findLastIndex((bound) => bound <= time);
    if (at < 0) return 0;
    if (at >= last) return last;
    return at + (time - bounds[at]!) / (bounds[at + 1]! - bounds[at]!);
  };
  const timeAt = (place: number) => {
    const at = Math.min(last - 1, Math.floor(place));
    return bounds[at]! + (bounds[at + 1]! - bounds[at]!) * (place - at);
  };
  const [from, to] = [rank(low), rank(high)];
  const steps = Array.from({ length: bins - 1 }, (_, n) => timeAt(from + ((to - from) * (n + 1)) / bins));
  return [low, ...steps.map((time) => Math.min(high, Math.max(low, Math.round(time)))), high];
}

/** From this correlation on, a column in the order of the disk is taken to rise with the time that rows come in. */
const rising = 0.9;

/**
 * The same of any other column. A number of distinct values becomes that expected in so large a part of the rows (Cardenas:
 * d (1 − (1 − share)^(rows/d))). A column that rises with the time, as a serial key does, keeps its part of the histogram.
 */
export function cutOther(column: Column, slice: Slice): Column {
  const { statistics } = column;
  if (statistics === null) return { ...column, ends: null };
  const { distinct, histogramBounds } = statistics;
  const { rows, share, before } = slice;
  const scaled = distinct > 0 ? Math.max(1, Math.min(rows * share, distinct * (1 - (1 - share) ** (rows / distinct)))) : distinct;
  const rises = (statistics.correlation ?? 0) > rising && statistics.mostCommonValues === null && histogramBounds !== null;
  return {
    ...column,
    ends: null,
    inheritedStatistics: null,
    statistics: { ...statistics, distinct: scaled, histogramBounds: rises ? rankedPart(histogramBounds, before, share) : histogramBounds },
  };
}

/** The bounds between two ranks, 0–1; at least the two around them. */
function rankedPart(bounds: string, before: number, share: number): string {
  const values = parseArrayText(bounds);
  const last = values.length - 1;
  const low = Math.min(last - 1, Math.floor(before * last));
  const high = Math.max(low + 1, Math.min(last, Math.ceil((before + share) * last)));
  return formatArrayText(values.slice(low, high + 1));
}

function times(values: string | null): number[] {
  return values === null ? [] : parseArrayText(values).flatMap((text) => (text === null ? [] : (timeOf(text) ?? [])));
}
