import type { Report, StatementCounters } from "../domain/report.ts";
import type { Track } from "./track-statements.ts";

/** What a statement did between two reports, or between a reset of the counters and a report. */
export interface Interval {
  /** Position of the report that ends it. */
  readonly report: number;
  /** ISO 8601; null when the time of the reset is unknown. */
  readonly from: string | null;
  /** It begins where the counters did, and not with a report. */
  readonly isSinceReset: boolean;
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
  for (let report = 0; report < points.length; report += 1) {
    const counters = points[report]?.counters;
    if (!counters) continue;
    const to = reports[report]!.generatedAt;
    const began = counters.countingSince;
    // The server's clock against ours: a reset that was known before is none, whatever its time.
    const isReset = before !== null && began !== null && began !== before.counters.countingSince && began >= before.at;
    if (before === null || isReset) intervals.push({ report, from: began, to, isSinceReset: true, ...countersOnly(counters) });
    else if (!wentDown(before.counters, counters))
      intervals.push({ report, from: before.at, to, isSinceReset: false, ...difference(before.counters, counters) });
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
  return (
    isLess(now.calls, before.calls) ||
    isLess(now.totalMs, before.totalMs) ||
    isLess(now.rows, before.rows) ||
    isLess(now.blocks, before.blocks)
  );
}

function isLess(now: number | null, before: number | null): boolean {
  return now !== null && before !== null && now < before * (1 - rounding);
}

function difference(before: StatementCounters, now: StatementCounters) {
  return {
    calls: now.calls - before.calls,
    totalMs: Math.max(0, now.totalMs - before.totalMs),
    squaresMs2: minus(now.squaresMs2, before.squaresMs2),
    rows: minus(now.rows, before.rows),
    blocks: minus(now.blocks, before.blocks),
  };
}

function minus(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : Math.max(0, now - before);
}
