import { type BaseColumn, pointsPerBin } from "./expression-sample.ts";

/** One value of an expression over the sample. */
export interface ExpressionValue {
  readonly value: string | null;
  /** Part of the sampled rows. */
  readonly weight: number;
  /** The part of `weight` that comes from most common values: known, not sampled. */
  readonly known: number;
  /** Sampled points that gave it. */
  readonly times: number;
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
  readonly present: readonly ExpressionValue[];
  readonly clusters: readonly Granularity[];
  readonly bases: readonly BaseColumn[];
  readonly rows: number;
  readonly interpolated: boolean;
}

/** Distinct values of the expression over the whole table; never more than its columns can give. */
export function distinctOf(evidence: Evidence): number {
  const { present, bases, rows } = evidence;
  const most = Math.min(
    rows,
    bases.reduce((product, base) => product * baseDistinct(base, rows), 1),
  );
  return Math.max(1, Math.min(most, guess(evidence, most)), Math.min(most, present.length));
}

function guess({ present, clusters, bases, rows, interpolated }: Evidence, most: number): number {
  const points = present.reduce((sum, each) => sum + each.times, 0);
  const fromSample = present.filter((each) => each.times > 0);
  // Nearly every point gave a value of its own: the sample does not bound the number.
  const unbounded = fromSample.length >= points * 0.9;
  if (!unbounded) return present.length + unseen(fromSample);
  if (!interpolated) return bases.length === 1 ? most : Math.min(most, rows);
  const [base] = bases;
  const perValue = granularity(clusters);
  return perValue === null ? most : Math.max(present.length, baseDistinct(base!, rows) / perValue);
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
