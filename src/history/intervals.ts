import type { Report, StatementCounters } from "../domain/report.ts";
import type { Track } from "./track-statements.ts";

/** What a statement did between two reports, or between a reset of the counters and a report. */
export interface Interval {
  /** Position of the report that ends it. */
  readonly report: number;
  /** ISO 8601; null when the time of the reset is unknown. */
  readonly from: string | null;
  readonly to: string;
  readonly calls: number;
  readonly totalMs: number;
  /** Sum of squares of call times; null when unknown. */
  readonly squaresMs2: number | null;
  readonly rows: number | null;
  readonly blocks: number | null;
}

/**
 * Differences of a statement's counters from report to report. The first interval runs from the reset to the first report. Where the
 * counters began anew in between (their `countingSince` is later than the report before), the interval runs from there. Counters that went
 * down at no known time (an entry that was evicted and came back, or one of several that was) give no interval: which calls are in them
 * cannot be told.
 */
export function intervalsOf({ points }: Track, reports: readonly Pick<Report, "generatedAt">[]): readonly Interval[] {
  const intervals: Interval[] = [];
  let before: { readonly counters: StatementCounters; readonly at: string } | null = null;
  for (const [report, point] of points.entries()) {
    const counters = point?.counters;
    if (!counters) continue;
    const to = reports[report]!.generatedAt;
    const began = counters.countingSince;
    if (before === null || (began !== null && began > before.at)) intervals.push({ report, from: began, to, ...countersOnly(counters) });
    else if (!wentDown(before.counters, counters))
      intervals.push({ report, from: before.at, to, ...difference(before.counters, counters) });
    before = { counters, at: to };
  }
  return intervals;
}

function countersOnly({ calls, totalMs, squaresMs2, rows, blocks }: StatementCounters) {
  return { calls, totalMs, squaresMs2, rows, blocks };
}

/** Sums of the same entries in another order may differ in their last digits. */
const rounding = 1e-9;

function wentDown(before: StatementCounters, now: StatementCounters): boolean {
  const less = (a: number | null, b: number | null) => a !== null && b !== null && b < a * (1 - rounding);
  return (
    less(before.calls, now.calls) || less(before.totalMs, now.totalMs) || less(before.rows, now.rows) || less(before.blocks, now.blocks)
  );
}

function difference(before: StatementCounters, now: StatementCounters) {
  const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : Math.max(0, a - b));
  return {
    calls: now.calls - before.calls,
    totalMs: Math.max(0, now.totalMs - before.totalMs),
    squaresMs2: minus(now.squaresMs2, before.squaresMs2),
    rows: minus(now.rows, before.rows),
    blocks: minus(now.blocks, before.blocks),
  };
}
