import type { Scatter, Trial } from "./time-test.ts";

/** Intervals in which a statement was slower or faster than usual and was as usual again afterwards. */
export interface Excursions {
  /** That began per week, over all statements. */
  readonly perWeek: number;
  /** Chance that one goes on for another interval, 0–1. */
  readonly goesOn: number;
}

/** Farther from the usual level than this, in standard deviations, and by more than `leastFactor` an interval is out of the ordinary. */
const farDeviations = 3;
/** Runs that the guess of how long they last counts for, and that guess: a fifth goes on. */
const priorRuns = 10;
const priorGoesOn = 0.2;
const weekMs = 7 * 86_400_000;

/**
 * How often the statements of these trials left their usual level and came back. What has not come back before the recent intervals is left out: it
 * may be a change that stays.
 */
export function excursionsOf(trials: readonly Trial[], common: Scatter, leastFactor: number): Excursions {
  let runs = 0;
  let intervals = 0;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { history, usual, ownVariance } of trials) {
    let length = 0;
    const scatter = Math.max(common.variance, ownVariance);
    for (const { level, observation } of history) {
      const at = Date.parse(observation.interval.to);
      [first, last] = [Math.min(first, at), Math.max(last, at)];
      const distance = Math.abs(level - usual);
      if (distance > Math.log(leastFactor) && distance > farDeviations * Math.sqrt(scatter + observation.variance)) {
        length += 1;
      } else if (length > 0) {
        runs += 1;
        intervals += length;
        length = 0;
      }
    }
  }
  const weeks = (last - first) / weekMs;
  return {
    perWeek: weeks > 0 ? runs / weeks : 0,
    // Each run of n intervals went on n − 1 times and ended once.
    goesOn: (intervals - runs + priorRuns * priorGoesOn) / (intervals + priorRuns),
  };
}

/** The least number of intervals, from `least` on, that excursions last no oftener than `perWeek` times a week. */
export function longerThanExcursions({ perWeek, goesOn }: Excursions, least: number, limitPerWeek: number): number {
  const expected = perWeek * goesOn ** (least - 1);
  if (expected <= limitPerWeek) return least;
  return least + Math.ceil(Math.log(limitPerWeek / expected) / Math.log(goesOn));
}
