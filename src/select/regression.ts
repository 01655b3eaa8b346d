/**
 * Planner cost units that a statement may always end above its cost of today: one page read in order. The planner prices a row found
 * by an index it knows the values of at 8.44, where LIMIT 1 over rows it guessed at came to 7.87; nobody is hurt by that.
 */
const smallestRise = 1;

/** True when a statement ends above its cost of today by more than `maxRegression` (0–1) of it, and by more than rounding and guesses make. */
export function isRegression(cost: number, baselineCost: number, maxRegression: number): boolean {
  return cost > baselineCost * (1 + maxRegression) && cost - baselineCost > smallestRise;
}
