import type { TimeChange, TimeLevel } from "../domain/comparison.ts";
import { excursionsOf, longerThanExcursions } from "./excursions.ts";
import { discoveries } from "./false-discovery.ts";
import type { History } from "./history.ts";
import type { Interval } from "./intervals.ts";
import { median } from "./robust.ts";
import { commonScatter, judge, type Shifted, type Trial, trialOf } from "./time-test.ts";
import { lastOf, type Track } from "./track-statements.ts";
import { commonShifts, type Observation, observationsOf, serverWide } from "./usual-times.ts";

/** Smaller changes of a statement's mean time are not worth a line; smaller parts of the workload's time neither. */
const leastFactor = 1.3;
const leastShare = 0.005;
/** Chance per comparison that any line is an accident where nothing changed. Low, because comparisons are many: 28 a week at one every six hours. */
const falseRate = 0.001;
/** Intervals before the recent ones that a statement is held against: two weeks of one every six hours. */
const historyIntervals = 56;

export interface TimeJudgement {
  readonly slower: readonly FoundChange[];
  readonly faster: readonly FoundChange[];
  readonly serverWide: { readonly ratio: number; readonly statements: number } | null;
  readonly judged: number;
}

/** A change without what else changed with it. */
export interface FoundChange extends Omit<TimeChange, "causes" | "isNew"> {
  /** Position among the tracks. */
  readonly track: number;
  /** Intervals of before and now. */
  readonly history: readonly Interval[];
  readonly recent: readonly Interval[];
}

/**
 * Statements whose mean time differs from their own history. The last intervals must all differ: those of the last 30 hours, three at least; two where there are
 * four to seven reports, one where there are fewer, so that an outlier is none. A change counts when the test (`time-test.ts`) finds it among all statements at a
 * false discovery rate of 0.1 %, the factor is at least 1.3 and it makes 0.5 % of the workload's time.
 */
export function timeChanges({ reports, tracks, intervals }: History): TimeJudgement {
  const observations = intervals.map((own) => observationsOf(own));
  const shifts = commonShifts(observations);
  const totals = totalsByReport(intervals);
  const trialsWith = (more: number) =>
    observations.flatMap((own, track) => {
      const trial = recentTrial(own, { shifts, reports, more });
      return trial ? [{ track, trial }] : [];
    });
  const first = trialsWith(0);
  const more = moreIntervals(first.map(({ trial }) => trial));
  const trials = more === 0 ? first : trialsWith(more);
  const scatter = commonScatter(trials.map(({ trial }) => trial));
  const judged = trials.map(({ track, trial }) => ({ track, trial, verdict: judge(trial, scatter) }));
  const found = (direction: "slower" | "faster") => {
    const counts = discoveries(
      judged.map(({ verdict }) => verdict[direction]),
      falseRate,
    );
    return judged
      .filter((_, position) => counts[position])
      .map(({ track, trial, verdict }) => changeOf(tracks[track]!, trial, { track, verdict, probability: verdict[direction], totals }))
      .filter(({ ratio, share }) => matters(ratio, share) && (direction === "slower" ? ratio > 1 : ratio < 1))
      .toSorted((a, b) => Math.abs(1 - 1 / b.ratio) * b.share - Math.abs(1 - 1 / a.ratio) * a.share || (a.family < b.family ? -1 : 1));
  };
  return {
    slower: found("slower"),
    faster: found("faster"),
    serverWide: serverWide(observations, shifts, reports.length - 1),
    judged: judged.length,
  };
}

/** Excursions that last as long as the intervals that must differ, per week: more of them and more intervals must. Chosen on simulated servers (docs/benchmarks.md). */
const longExcursionsPerWeek = 0.5;
/** More than this would find no change within the history that is kept. */
const mostMore = 5;

/** How many more of the last intervals must differ on a server whose statements are often slow for some intervals and then as before. */
function moreIntervals(trials: readonly Trial[]): number {
  const least = Math.max(0, ...trials.map(({ recent }) => recent.length));
  if (least < 3) return 0;
  const excursions = excursionsOf(trials, commonScatter(trials), leastFactor);
  return Math.min(mostMore, longerThanExcursions(excursions, least, longExcursionsPerWeek) - least);
}

function recentTrial(
  observations: readonly Observation[],
  { shifts, reports, more }: { readonly shifts: ReadonlyMap<number, number>; readonly reports: History["reports"]; readonly more: number },
): Trial | null {
  const all: Shifted[] = observations
    .slice(-historyIntervals)
    .map((observation) => ({ observation, level: observation.level - (shifts.get(observation.interval.report) ?? 0) }));
  const recent = recentCount(all, reports) + more;
  return all.length > recent ? trialOf(all.slice(0, -recent), all.slice(-recent)) : null;
}

/** How many of the last intervals must all differ: by what the reports allow, also for a statement that is seldom called. */
function recentCount(all: readonly Shifted[], reports: History["reports"]): number {
  if (reports.length < 8) return reports.length < 4 ? 1 : 2;
  const last = Date.parse(all.at(-1)?.observation.interval.to ?? "");
  const inThatTime = all.filter(({ observation }) => Date.parse(observation.interval.to) > last - lastingMs).length;
  return Math.max(3, Math.min(inThatTime, all.length >> 1));
}

/** More than a day: a single bad day of a statement is none. With one audit every six hours it makes five intervals. */
const lastingMs = 30 * 3_600_000;

function matters(ratio: number, share: number): boolean {
  const factor = Math.max(ratio, 1 / ratio);
  // What it takes more, or took more before, as a part of all the time.
  return factor >= leastFactor && Math.abs(1 - 1 / ratio) * share >= leastShare;
}

interface Context {
  readonly track: number;
  readonly verdict: { readonly change: number };
  readonly probability: number;
  readonly totals: ReadonlyMap<number, number>;
}

function changeOf({ points }: Track, trial: Trial, { track, verdict, probability, totals }: Context): FoundChange {
  const { id, fingerprint, sql } = lastOf(points);
  const onset = onsetOf(trial, verdict.change);
  const before = trial.history.slice(0, onset).map(({ observation }) => observation.interval);
  const now = trial.recent.map(({ observation }) => observation.interval);
  const since = trial.history.slice(onset).map(({ observation }) => observation.interval);
  const total = now.reduce((sum, { report }) => sum + (totals.get(report) ?? 0), 0);
  const own = now.reduce((sum, { totalMs }) => sum + totalMs, 0);
  return {
    family: id,
    fingerprint,
    sql,
    before: { ...levelOf(before), meanMs: median(before.map(({ totalMs, calls }) => totalMs / calls)) },
    now: levelOf(now),
    ratio: Math.exp(verdict.change),
    probability,
    share: total > 0 ? Math.min(1, own / total) : 0,
    from: (since[0] ?? now[0]!).from,
    track,
    history: before,
    recent: now,
  };
}

/** Position in the history from which on it is nearer to the new level than to the usual one; at least one interval stays before. */
function onsetOf({ history, usual }: Trial, change: number): number {
  let onset = history.length;
  while (onset > 1 && (history[onset - 1]!.level - usual) / change >= 0.5) onset -= 1;
  return onset;
}

/** All calls of the intervals together. */
function levelOf(intervals: readonly Interval[]): TimeLevel {
  const calls = intervals.reduce((sum, each) => sum + each.calls, 0);
  return { meanMs: intervals.reduce((sum, each) => sum + each.totalMs, 0) / calls, calls, intervals: intervals.length };
}

function totalsByReport(intervals: readonly (readonly Interval[])[]): ReadonlyMap<number, number> {
  const totals = new Map<number, number>();
  for (const own of intervals) for (const { report, totalMs } of own) totals.set(report, (totals.get(report) ?? 0) + totalMs);
  return totals;
}
