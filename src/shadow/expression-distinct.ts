import { type BaseColumn, pointsPerBin } from "./expression-sample.ts";
import { numberSpan } from "./number-span.ts";

/** One value of an expression over the sample. */
export interface ExpressionValue {
  readonly value: string | null;
  /** Part of the sampled rows. */
  readonly weight: number;
  /** The part of `weight` that comes from most common values: known, not sampled. */
  readonly known: number;
  /** Sampled points that gave it. */
  readonly times: number;
  /** Different rows of base values among those points. */
  readonly baseValues: number;
  readonly width: number;
  readonly typeName: string;
}

/** How many values a run of `points` base values, `step` apart, maps to. */
export interface Granularity {
  readonly step: number;
  readonly points: number;
  readonly distinct: number;
}

interface Evidence {
  /** Deparsed. */
  readonly expression: string;
  readonly present: readonly ExpressionValue[];
  readonly clusters: readonly Granularity[];
  readonly bases: readonly BaseColumn[];
  readonly rows: number;
  readonly interpolated: boolean;
}

export interface DistinctGuess {
  readonly distinct: number;
  /** True when the sample says no more than "many": it lies within these bounds. */
  readonly open: { readonly least: number; readonly most: number } | null;
  /** Counted by the span of numbers in the values. */
  readonly numbered?: boolean;
}

/** Functions that give different results for different arguments, or nearly so: case folding, hashes, mere changes of form. */
const nearlyOneToOne =
  /^\(*(lower|upper|initcap|md5|sha\d+|reverse|btrim|ltrim|rtrim|trim|hash\w+|abs|to_char|encode|decode|unaccent|immutable_unaccent)\(/;

/** Distinct values of the expression over the whole table; never more than its columns can give. */
export function distinctOf(evidence: Evidence): DistinctGuess {
  const { present, bases, rows } = evidence;
  const combinations = bases.reduce((product, base) => product * baseDistinct(base, rows), 1);
  // Independent columns: of the possible combinations, those that `rows` draws would meet.
  const met = combinations * (1 - Math.exp(-rows / combinations));
  const most = bases.length === 1 ? combinations : Math.max(met, ...bases.map((base) => baseDistinct(base, rows)));
  const guessed = bySpan(evidence, guess(evidence, Math.min(most, rows)));
  return { ...guessed, distinct: Math.max(1, Math.min(Math.max(guessed.distinct, present.length), most, rows)) };
}

function guess({ expression, present, clusters, bases, rows, interpolated }: Evidence, most: number): DistinctGuess {
  const sampled = present.filter((each) => each.times > 0);
  const baseValues = sampled.reduce((sum, each) => sum + each.baseValues, 0);
  // Different base values gave different results throughout: the sample does not bound their number.
  const oneToOne = sampled.length >= baseValues * (interpolated ? 0.9 : 1);
  if (!oneToOne) return { distinct: present.length + unseen(sampled), open: null };
  if (!interpolated) {
    if (nearlyOneToOne.test(expression)) return { distinct: most, open: null };
    // k draws are all different with chance exp(-k² / 2D): one half at D = 0.72 k². Between that and all of them
    // nothing tells, so the middle in proportion.
    const least = Math.min(most, 0.72 * baseValues ** 2);
    return { distinct: Math.sqrt(least * most), open: most > 2 * least ? { least, most } : null };
  }
  const perValue = granularity(clusters);
  return { distinct: perValue === null ? most : baseDistinct(bases[0]!, rows) / perValue, open: null };
}

/** A span may be this many times the number that the sample itself shows and still be full: beyond, numbers are sparse. */
const densest = 4;

/** Numbered values are no more than their numbers allow, and about as many where those lie close. */
function bySpan({ expression, present, rows, interpolated }: Evidence, guessed: DistinctGuess): DistinctGuess {
  if (interpolated || (guessed.open === null && nearlyOneToOne.test(expression))) return guessed;
  const span = numberSpan(present.map((each) => each.value ?? ""));
  // Nothing unseen: the sample has them all.
  if (span === null || (guessed.open === null && guessed.distinct <= present.length * 1.05)) return guessed;
  const upper = span * (1 - Math.exp(-rows / span));
  const shown = guessed.open?.least ?? guessed.distinct;
  if (upper <= densest * shown) return { distinct: upper, open: null, numbered: true };
  if (guessed.open === null) return guessed;
  const { least } = guessed.open;
  const most = Math.min(guessed.open.most, upper);
  return { distinct: Math.sqrt(least * most), open: most > 2 * least ? { least, most } : null };
}

/** Values not in the sample, by Chao's estimator over those met once and twice (Chao 1984). */
function unseen(sampled: readonly ExpressionValue[]): number {
  const once = sampled.filter((each) => each.times === 1).length;
  const twice = sampled.filter((each) => each.times === 2).length;
  return twice > 0 ? once ** 2 / (2 * twice) : (once * (once - 1)) / 2;
}

/**
 * Base values that share one value of the expression: at the smallest step whose runs cross several values, the
 * run's length in base values over the values it crosses. Null = each has its own.
 */
function granularity(clusters: readonly Granularity[]): number | null {
  const steps = [...new Set(clusters.map((cluster) => cluster.step))].sort((a, b) => a - b);
  for (const step of steps) {
    const runs = clusters.filter((cluster) => cluster.step === step);
    const crossed = runs.reduce((sum, run) => sum + run.distinct - 1, 0) / runs.length;
    if (crossed < 5) continue;
    const length = (pointsPerBin - 1) * step;
    return crossed >= (pointsPerBin - 1) * 0.95 && step === steps[0] ? null : Math.max(1, length / crossed);
  }
  return null;
}

function baseDistinct(base: BaseColumn, rows: number): number {
  const known = base.statistics.distinct;
  if (known === 0) return rows;
  return known > 0 ? known : -known * rows;
}
