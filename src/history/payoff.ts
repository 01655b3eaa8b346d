import type { AppliedAdvice } from "../domain/comparison.ts";
import type { Report } from "../domain/report.ts";
import type { Followed } from "./applied-advice.ts";
import type { History } from "./history.ts";
import type { Interval } from "./intervals.ts";
import { median } from "./robust.ts";
import { observationsOf } from "./usual-times.ts";

type Payoff = Pick<AppliedAdvice, "statements" | "predictedRatio" | "observedRatio" | "savedMsPerDay" | "verdict">;

const unknown: Payoff = { statements: 0, predictedRatio: null, observedRatio: null, savedMsPerDay: null, verdict: "unknown" };
const dayMs = 86_400_000;

/** What a statement cost before and since, and what was promised. */
interface Helped {
  readonly before: number;
  readonly since: readonly Interval[];
  readonly promised: number;
}

/**
 * What advice that was followed brought to the statements that it named: their time since, against the same calls at the mean time of before (the
 * median over the intervals). Promised is the ratio of the planner's costs, of all advice followed at the same time together, weighed alike: cost
 * units are no milliseconds, so that only ratios compare. The interval in which it happened is left out when there is a later one; without, it
 * holds calls from before, and what it shows is less than the truth.
 */
export function payoff(
  { recommendation, as, report }: Followed,
  all: { readonly followed: readonly Followed[]; readonly history: History; readonly reports: readonly Report[] },
): Payoff {
  const { candidate, benefit } = recommendation;
  if (candidate.change.kind === "drop-index") return unknown;
  const together = all.followed.filter((each) => each.report === report).flatMap((each) => each.recommendation.benefit.families);
  const helped = benefit.families.flatMap(({ family, costBefore, costAfter }): Helped[] => {
    if (costAfter >= costBefore) return [];
    const old = intervalsFor(family, report - 1, all.history).filter((each) => each.report < report);
    const now =
      candidate.change.kind === "rewrite" ? intervalsFor(as!, report, all.history) : intervalsFor(family, report - 1, all.history);
    const later = now.filter((each) => each.report > report);
    const since = later.length > 0 ? later : now.filter((each) => each.report === report);
    if (old.length === 0 || since.length === 0) return [];
    const effects = together.filter((each) => each.family === family && each.costBefore > 0);
    const promised = effects.reduce((ratio, each) => ratio * (each.costAfter / each.costBefore), 1);
    return [{ before: median(old.map(({ totalMs, calls }) => totalMs / calls)), since, promised }];
  });
  if (helped.length === 0) return unknown;
  const expected = sum(helped, ({ before, since }) => before * callsOf(since));
  const taken = sum(helped, ({ since }) => sum(since, ({ totalMs }) => totalMs));
  const promised = sum(helped, ({ before, since, promised: ratio }) => ratio * before * callsOf(since)) / expected;
  const days = daysOf(helped.flatMap(({ since }) => since));
  const observed = taken / expected;
  return {
    statements: helped.length,
    predictedRatio: promised,
    observedRatio: observed,
    savedMsPerDay: days === null ? null : (expected - taken) / days,
    verdict: verdictOf(promised, observed),
  };
}

function verdictOf(promised: number, observed: number): Payoff["verdict"] {
  if (observed >= 1.2) return "worse";
  if (1 - observed >= (1 - promised) / 2 && observed < 0.95) return "paid";
  return observed <= 0.9 ? "less" : "nothing";
}

/** With calls enough for a mean, of the statement that had this id in that report. */
function intervalsFor(family: string, report: number, { tracks, intervals }: History): readonly Interval[] {
  const position = tracks.findIndex(({ points }) => points[report]?.id === family);
  return position < 0 ? [] : observationsOf(intervals[position]!).map(({ interval }) => interval);
}

/** From the first to the last of them, an hour at least, so that a minute is not told as a day; null when that is not known. */
function daysOf(intervals: readonly Interval[]): number | null {
  const from = intervals
    .map((each) => each.from)
    .filter((time) => time !== null)
    .toSorted()[0];
  const to = intervals
    .map((each) => each.to)
    .toSorted()
    .at(-1);
  return from === undefined || to === undefined || to <= from ? null : Math.max(Date.parse(to) - Date.parse(from), dayMs / 24) / dayMs;
}

function callsOf(intervals: readonly Interval[]): number {
  return sum(intervals, ({ calls }) => calls);
}

function sum<T>(values: readonly T[], numberOf: (value: T) => number): number {
  return values.reduce((total, value) => total + numberOf(value), 0);
}
