import type { StatementLine } from "../domain/comparison.ts";
import type { History } from "./history.ts";
import type { Interval } from "./intervals.ts";
import { lastOf, type Track } from "./track-statements.ts";

/** A silence says something only where this many calls were to be expected: the chance of none is then below 10⁻⁸ (Poisson). */
const leastExpected = 20;
/** And where it was called in each of so many intervals before, or keeps silent for two days: else it may be a batch between two runs. */
const steadyIntervals = 4;
const longSilenceHours = 48;
const hourMs = 3_600_000;

/**
 * Statements that the last report is the first to count, and those that it saw no call of though their rate let 20 and more expect. Counters
 * are cumulative: a statement nobody sends any more stays in pg_stat_statements, so that its calls tell and not its presence.
 */
export function arrivals(history: History): { readonly new: readonly StatementLine[]; readonly gone: readonly StatementLine[] } {
  const { reports, tracks, intervals } = history;
  const last = reports.length - 1;
  const totals = [last - 1, last].map((report) =>
    intervals.reduce((sum, own) => sum + (own.find((each) => each.report === report)?.totalMs ?? 0), 0),
  );
  const since = resetTime(history) ?? reports[last - 1]!.generatedAt;
  const silentHours = (Date.parse(reports[last]!.generatedAt) - Date.parse(since)) / hourMs;
  const ownTimes = hasOwnTimes(tracks, last);
  const found: StatementLine[] = [];
  const gone: StatementLine[] = [];
  for (const [position, track] of tracks.entries()) {
    const own = intervals[position]!;
    const current = own.find(({ report }) => report === last);
    if (current && current.calls > 0) {
      const isFirst = track.points.findIndex((point) => point !== null) === last;
      // Counted since before the last report, it was below the cut of --top until now.
      const wasBelow = ownTimes && current.from !== null && current.from <= reports[last - 1]!.generatedAt;
      if (isFirst && !wasBelow) found.push(lineOf(track, current, totals[1]!));
      continue;
    }
    // Counters that went down at an unknown time are no silence.
    if (current === undefined && track.points[last] !== null) continue;
    const before = own.filter(({ report }) => report < last);
    const previous = before.at(-1);
    if (previous?.report === last - 1 && isSteady(before, silentHours) && expectedCalls(previous, silentHours) >= leastExpected)
      gone.push(lineOf(track, previous, totals[0]!));
  }
  const byShare = (a: StatementLine, b: StatementLine) => b.share - a.share || (a.family < b.family ? -1 : 1);
  return { new: found.toSorted(byShare), gone: gone.toSorted(byShare) };
}

/** ISO 8601: when the counters of most statements that the last two reports have in common began anew between them; null when they did not. */
export function resetTime({ reports, tracks, intervals }: History): string | null {
  const last = reports.length - 1;
  if (last < 1) return null;
  const common = tracks.flatMap(({ points }, position) => (points[last] && points[last - 1] ? [intervals[position]!.at(-1)] : []));
  const begun = common.flatMap((interval) => (interval?.report === last && interval.isSinceReset && interval.from ? [interval.from] : []));
  return begun.length * 2 > common.length ? begun.toSorted()[0]! : null;
}

/** From PostgreSQL 17 each entry tells since when it counts; before, all tell the time of the reset. */
function hasOwnTimes(tracks: readonly Track[], report: number): boolean {
  return new Set(tracks.flatMap(({ points }) => points[report]?.counters?.countingSince ?? [])).size > 1;
}

function isSteady(intervals: readonly Interval[], silentHours: number): boolean {
  return intervals.every(({ calls }) => calls > 0) && (intervals.length >= steadyIntervals || silentHours >= longSilenceHours);
}

/** At the rate of the interval. */
function expectedCalls({ calls, from, to }: Interval, hours: number): number {
  if (from === null) return 0;
  return (calls / Math.max(1, (Date.parse(to) - Date.parse(from)) / hourMs)) * hours;
}

function lineOf({ points }: Track, interval: Interval, total: number): StatementLine {
  const { id, fingerprint, sql } = lastOf(points);
  const { calls, totalMs } = interval;
  const share = total > 0 ? Math.min(1, totalMs / total) : 0;
  return { family: id, fingerprint, sql, share, calls, meanMs: calls > 0 ? totalMs / calls : null };
}
