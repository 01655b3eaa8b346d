import type { Column, ColumnStatistics } from "../domain/catalog.ts";
import { parseArrayText } from "../syntax/array-text.ts";
import { later, startOf, type Unit } from "./time-range.ts";

export type PartitionUnit = Exclude<Unit, "quarter">;

/** One partition of a time column, from `from` until before `to` (UTC). */
export interface TimePartition {
  readonly from: Date;
  readonly to: Date;
  /** Part of the table's rows that lie in it, 0–1. */
  readonly share: number;
}

export interface PartitionLayout {
  readonly unit: PartitionUnit;
  /** Oldest first; the last one is still empty. */
  readonly partitions: readonly TimePartition[];
  /** Part of the rows without a time, which only a DEFAULT partition holds. */
  readonly nullShare: number;
}

const dayMs = 86_400_000;
/** Fewer partitions than this prune next to nothing: the next finer unit is taken. */
const fewest = 8;
/** Days have none finer: under this many the rows are too young to part. */
const fewestDays = 4;
/** A statement that cannot prune plans and opens them all; up to "a few thousand" is what the manual allows (ddl-partitioning, 5.12.6). */
const most = 200;
const units: readonly PartitionUnit[] = ["year", "month", "week", "day"];

/**
 * Range partitions for the rows that a column's histogram shows: by the coarsest of year, month, week and day that makes at least 8.
 * Null where the statistics show no times, hold ones that are no date (infinity, BC), or less than four days.
 */
export function timePartitions(column: Column, statistics: ColumnStatistics): PartitionLayout | null {
  const bounds = times(statistics.histogramBounds);
  const common = times(statistics.mostCommonValues);
  if (bounds === null || common === null) return null;
  const frequencies = (statistics.mostCommonFrequencies ?? []).slice(0, common.length);
  const ends = column.ends === null ? [] : [column.ends.low, column.ends.high].flatMap((text) => timeOf(text) ?? []);
  const all = [...bounds, ...common, ...ends];
  if (all.length < 2) return null;
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const spread = spreadOf(bounds, Math.max(0, 1 - statistics.nullFraction - frequencies.reduce((sum, each) => sum + each, 0)));
  for (const unit of units) {
    const starts = startsOf(unit, low, high);
    if (starts === null || starts.length < (unit === "day" ? fewestDays : fewest)) continue;
    const partitions = starts.map((from, at) => {
      // Rows below the first bound and above the last, which statistics from before today do not show, belong to the ends.
      const to = later(unit, from, 1);
      const [start, end] = [at === 0 ? Number.NEGATIVE_INFINITY : from.getTime(), to.getTime()];
      const listed = common.reduce((sum, time, place) => sum + (time >= start && time < end ? (frequencies[place] ?? 0) : 0), 0);
      return { from, to, share: listed + spread(end) - spread(start) };
    });
    const after = partitions.at(-1)!.to;
    return { unit, partitions: [...partitions, { from: after, to: later(unit, after, 1), share: 0 }], nullShare: statistics.nullFraction };
  }
  return null;
}

function startsOf(unit: PartitionUnit, low: number, high: number): Date[] | null {
  const starts: Date[] = [];
  for (let at = startOf(unit, new Date(low)); at.getTime() <= high; at = later(unit, at, 1)) {
    if (starts.push(at) > most) return null;
  }
  return starts;
}

/** Part of the rows, up to `rest`, that lies before a time: a histogram's bins hold equally many. */
function spreadOf(bounds: readonly number[], rest: number): (time: number) => number {
  const bins = bounds.length - 1;
  if (bins < 1) return () => 0;
  return (time) => {
    let below = 0;
    for (let bin = 0; bin < bins; bin++) {
      const [from, to] = [bounds[bin]!, bounds[bin + 1]!];
      if (time >= to) below += 1;
      else if (time > from) below += (time - from) / (to - from);
    }
    return (rest * below) / bins;
  };
}

/** Null when one of them is no date that JavaScript and PostgreSQL read alike. */
function times(values: string | null): number[] | null {
  const read = values === null ? [] : parseArrayText(values).map((text) => (text === null ? null : timeOf(text)));
  return read.includes(null) ? null : read.flatMap((each) => each ?? []);
}

/** Milliseconds since 1970 of a date or timestamp as DateStyle ISO writes it; without an offset it counts as UTC. Null for other text. */
export function timeOf(text: string): number | null {
  const [, day, time = "00:00:00", offset = "+00"] =
    /^([1-9]\d{3}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::\d\d)?)?)?$/.exec(text) ?? [];
  if (day === undefined) return null;
  const read = Date.parse(`${day}T${time.slice(0, 12)}${offset.length === 3 ? `${offset}:00` : offset}`);
  return Number.isNaN(read) ? null : read;
}

/** A time as the column's type reads it whatever the session's time zone: `2026-01-01`, with midnight and `+00` where it has them. */
export function boundText(type: string, time: Date): string {
  const iso = time.toISOString();
  if (type === "date") return iso.slice(0, 10);
  const clock = iso.slice(11, 23) === "00:00:00.000" ? "00:00:00" : iso.slice(11, 23);
  return `${iso.slice(0, 10)} ${clock}${type === "timestamptz" ? "+00" : ""}`;
}

/** The names of partitions as people write them: `p2026`, `p2026_03`, `p2026_03_02` for a week or a day by its first. */
export function partitionSuffix(unit: PartitionUnit, from: Date): string {
  const length = { year: 4, month: 7, week: 10, day: 10 }[unit];
  return `p${from.toISOString().slice(0, length).replaceAll("-", "_")}`;
}

/** The first bound at least `days` from now: partitions from there on can be made before a row needs them. */
export function nextStart(unit: PartitionUnit, now: number, days: number): Date {
  const soon = now + days * dayMs;
  for (let at = startOf(unit, new Date(now)); ; at = later(unit, at, 1)) if (at.getTime() >= soon) return at;
}
