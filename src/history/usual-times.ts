import type { Interval } from "./intervals.ts";
import { median } from "./robust.ts";

/** Mean time of a call in one interval, as the test sees it. */
export interface Observation {
  readonly interval: Interval;
  /** ln of the mean time in ms. */
  readonly level: number;
  /** Variance of `level` that the number of calls alone gives. */
  readonly variance: number;
}

/** Fewer calls than this are no mean. */
const leastCalls = 20;
/** Standard deviation of call times in parts of their mean where the server does not tell it: a guess on the side of caution. */
const assumedDeviation = 3;
/** Statements that must agree before something is said of the server. */
const leastStatements = 20;

/**
 * Intervals with calls enough. The variance of a mean of n calls is that of a call ÷ n, and of its logarithm that ÷ mean² (delta method);
 * the variance of a call comes from the squares that pg_stat_statements' standard deviation gives, of the interval alone. So an interval that a
 * few slow calls made slow tells little by its own doing.
 */
export function observationsOf(intervals: readonly Interval[]): readonly Observation[] {
  return intervals.flatMap((interval) => {
    const { calls, totalMs, squaresMs2 } = interval;
    if (calls < leastCalls || totalMs <= 0) return [];
    const mean = totalMs / calls;
    const relative = squaresMs2 === null ? assumedDeviation ** 2 : Math.max(0, squaresMs2 / calls / mean ** 2 - 1);
    return [{ interval, level: Math.log(mean), variance: relative / calls }];
  });
}

/**
 * {report → ln of the factor by which its interval was slower for all statements together}: the median over statements of their distance from
 * their own median. A busy hour, a cold cache or a backup is no change of each statement. Missing where fewer than 20 statements tell.
 */
export function commonShifts(statements: readonly (readonly Observation[])[]): ReadonlyMap<number, number> {
  const distances = new Map<number, number[]>();
  for (const observations of statements) {
    if (observations.length < 2) continue;
    const middle = median(observations.map(({ level }) => level));
    for (const { interval, level } of observations) {
      const known = distances.get(interval.report);
      if (known) known.push(level - middle);
      else distances.set(interval.report, [level - middle]);
    }
  }
  const told = [...distances].filter(([, own]) => own.length >= leastStatements);
  return new Map(told.map(([report, own]) => [report, median(own)]));
}

/** What the last interval was like for the server as a whole, against the intervals before; null without a word to say. */
export function serverWide(
  statements: readonly (readonly Observation[])[],
  shifts: ReadonlyMap<number, number>,
  report: number,
): { readonly ratio: number; readonly statements: number } | null {
  const own = shifts.get(report);
  const others = [...shifts].filter(([position]) => position < report).map(([, shift]) => shift);
  if (own === undefined || others.length === 0) return null;
  const ratio = Math.exp(own - median(others));
  // A quarter more or less is what a day's rhythm does.
  if (ratio < 1.25 && ratio > 0.8) return null;
  return { ratio, statements: statements.filter((observations) => observations.some(({ interval }) => interval.report === report)).length };
}
