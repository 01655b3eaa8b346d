import type { StatementCounters } from "../domain/report.ts";
import type { StatementStats } from "../domain/snapshot.ts";
import type { QueryFamily } from "../domain/workload.ts";

/** What the server counted for a family; null when any of its statements comes from a file or a log: those are no counters. */
export function countersOf({ statements }: QueryFamily): StatementCounters | null {
  if (statements.length === 0 || statements.some(({ queryId }) => queryId === null)) return null;
  const since = statements.map(({ countingSince }) => countingSince);
  return {
    calls: statements.reduce((sum, each) => sum + each.calls, 0),
    totalMs: statements.reduce((sum, each) => sum + each.totalExecTimeMs, 0),
    squaresMs2: sumOf(statements, (each) => each.squaresMs2 ?? null),
    rows: sumOf(statements, (each) => each.rows),
    blocks: sumOf(statements, ({ sharedBlocksHit, sharedBlocksRead }) =>
      sharedBlocksHit === null || sharedBlocksRead === null ? null : sharedBlocksHit + sharedBlocksRead,
    ),
    countingSince: since.includes(null) ? null : (since.toSorted()[0] ?? null),
  };
}

/** Null when one is unknown: a part is no sum. */
function sumOf(statements: readonly StatementStats[], numberOf: (each: StatementStats) => number | null): number | null {
  let sum = 0;
  for (const each of statements) {
    const number = numberOf(each);
    if (number === null) return null;
    sum += number;
  }
  return sum;
}
