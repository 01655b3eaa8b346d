import { median, medianVariance, spread, spreadEfficiency } from "./robust.ts";
import { upperTail } from "./student-t.ts";
import type { Observation } from "./usual-times.ts";

/** A statement's observations with the server's own shifts taken out: those before, and those that are judged. */
export interface Trial {
  readonly history: readonly Shifted[];
  readonly recent: readonly Shifted[];
  /** Median level of the history. */
  readonly usual: number;
  /** Variance that the calls of one interval of the history alone give, the middle one. */
  readonly callVariance: number;
  /** Variance of the history's levels beyond that, by the median absolute deviation. */
  readonly ownVariance: number;
}
export interface Shifted {
  readonly observation: Observation;
  readonly level: number;
}

export interface Verdict {
  /** ln of the factor between now and before: the median of the recent levels less that of the history. */
  readonly change: number;
  /** Chance that all recent levels are as far above (`slower`) or below (`faster`) as the nearest of them. */
  readonly slower: number;
  readonly faster: number;
}

/** How levels of one statement spread from interval to interval, beyond what the number of calls explains; variance of ln(mean). */
export interface Scatter {
  readonly variance: number;
  /** Degrees of freedom that it counts for. */
  readonly weight: number;
}

/** Degrees of freedom that the workload's scatter counts for beside a statement's own; a guess, as the number of such statements allows more. */
const priorWeight = 6;
/** Standard deviation of ln(mean) between intervals where there is too little to learn it from: a guess. */
const assumedScatter = 0.25;
/** No server repeats itself better than this. */
const leastScatter = 0.05;
/** A statement with fewer intervals before does not tell how it scatters. */
const tellingIntervals = 5;

/** The trial of these observations; neither list is empty. */
export function trialOf(history: readonly Shifted[], recent: readonly Shifted[]): Trial {
  const levels = history.map(({ level }) => level);
  const callVariance = median(history.map(({ observation }) => observation.variance));
  const ownVariance = history.length >= tellingIntervals ? Math.max(0, spread(levels) ** 2 - callVariance) : 0;
  return { history, recent, usual: median(levels), callVariance, ownVariance };
}

/**
 * Scatter that the statements of one workload have in common: the median over those with history enough of their own; between two reports,
 * where none has a history, the spread of all the changes themselves (Efron's empirical null, JASA 2004).
 */
export function commonScatter(trials: readonly Trial[]): Scatter {
  const own = trials.filter(({ history }) => history.length >= tellingIntervals).map(({ ownVariance }) => ownVariance);
  const variance = own.length >= 10 ? median(own) : acrossStatements(trials);
  return { variance: Math.max(variance, leastScatter ** 2), weight: priorWeight };
}

function acrossStatements(trials: readonly Trial[]): number {
  if (trials.length < 20) return assumedScatter ** 2;
  const changes = trials.map((trial) => changeOf(trial));
  const calls = median(
    trials.map(({ callVariance, recent }) => callVariance + median(recent.map(({ observation }) => observation.variance))),
  );
  // The change is a difference of two levels.
  return Math.max(0, (spread(changes) ** 2 - calls) / 2);
}

function changeOf({ usual, recent }: Trial): number {
  return median(recent.map(({ level }) => level)) - usual;
}

/**
 * Welch's test on ln(mean time), with a moderated variance: the statement's own scatter (robust, so that a slow day in the history hides nothing)
 * and the workload's, weighed by their degrees of freedom (Smyth, Linear Models and Empirical Bayes Methods, 2004), plus what the calls of each
 * side add. Of several recent intervals the one least changed decides, and the first and the last count as independent of one another, which
 * neighbours are not: a slow hour lasts. They are not either where the history is hardly longer than they are: an excursion at its beginning
 * puts the usual level wrong for all of them.
 */
export function judge(trial: Trial, common: Scatter): Verdict {
  const { history, recent, usual, callVariance, ownVariance } = trial;
  const intervals = history.length;
  const ownWeight = intervals >= tellingIntervals ? spreadEfficiency * (intervals - 1) : 0;
  const df = common.weight + ownWeight;
  const scatter = (common.weight * common.variance + ownWeight * ownVariance) / df;
  // The median of one or two values is their mean.
  const usualVariance = ((scatter + callVariance) * (intervals > 2 ? medianVariance : 1)) / intervals;
  const distances = recent.map(({ level, observation }) => (level - usual) / Math.sqrt(scatter + observation.variance + usualVariance));
  const twoTell = recent.length > 2 && intervals >= 2 * recent.length;
  const together = (tail: number) => (twoTell ? tail ** 2 : tail);
  return {
    change: changeOf(trial),
    slower: together(upperTail(Math.min(...distances), df)),
    faster: together(upperTail(-Math.max(...distances), df)),
  };
}
