/** True once the time is spent. */
export type IsSpent = () => boolean;

/** A busy machine gets this many times the budget on the clock. */
const starvedFactor = 3;

/**
 * Starts a budget of computing time (the process's, its threads included), so that the verdict does not depend on what else the machine
 * does; on the clock it may take three times as long and no more.
 */
export function startBudget(budgetMs: number): IsSpent {
  const cpuAtStart = process.cpuUsage();
  const startedAt = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpuAtStart);
    return (user + system) / 1000 >= budgetMs || performance.now() - startedAt >= starvedFactor * budgetMs;
  };
}
