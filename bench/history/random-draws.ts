import type { Random } from "../../src/hostile/random.ts";

/** Draws from the distributions that the simulated server needs, all from one seeded source. */
export interface Draws extends Random {
  normal(): number;
  /** exp of a normal with this standard deviation, scaled to a mean of 1. */
  logNormal(deviation: number): number;
  /** Normal approximation above 50. */
  poisson(mean: number): number;
  /** Pareto from 1 with tail index `alpha`. */
  pareto(alpha: number): number;
}

export function draws(random: Random): Draws {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return {
    ...random,
    normal,
    logNormal: (deviation) => Math.exp(deviation * normal() - deviation ** 2 / 2),
    poisson(mean) {
      if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = random.next(); product > limit; product *= random.next()) count += 1;
      return count;
    },
    pareto: (alpha) => (1 - random.next()) ** (-1 / alpha),
  };
}
