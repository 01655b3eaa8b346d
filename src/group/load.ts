import type { Snapshot, StatementStats } from "../domain/snapshot.ts";
import type { QueryFamily } from "../domain/workload.ts";

const msPerDay = 86_400_000;

/** Adds each family's load and sorts: busiest first, equal ones by id. */
export function loads(families: readonly Omit<QueryFamily, "load">[], snapshot: Snapshot): QueryFamily[] {
  const calls = families.map((family) => sum(family.statements, (statement) => statement.calls));
  const times = families.map((family) => sum(family.statements, (statement) => statement.totalExecTimeMs));
  const totalTime = times.reduce((a, b) => a + b, 0);
  const totalCalls = calls.reduce((a, b) => a + b, 0);
  return families
    .map((family, position) => {
      const ownCalls = calls[position]!;
      const ownTime = times[position]!;
      const days = countedDays(family.statements, snapshot);
      return {
        ...family,
        load: {
          calls: ownCalls,
          callsPerDay: days === null ? null : ownCalls / days,
          meanTimeMs: ownTime > 0 && ownCalls > 0 ? ownTime / ownCalls : null,
          share: totalTime > 0 ? ownTime / totalTime : totalCalls > 0 ? ownCalls / totalCalls : 0,
        },
      };
    })
    .toSorted((a, b) => b.load.share - a.load.share || (a.id < b.id ? -1 : 1));
}

/** Days over which the counters ran; null when the reset time is unknown. Never under an hour, so that a fresh reset does not inflate rates. */
function countedDays(statements: readonly StatementStats[], snapshot: Snapshot): number | null {
  const since = statements.map((statement) => statement.countingSince).filter((time) => time !== null);
  const [earliest] = since.toSorted();
  if (earliest === undefined) return null;
  return Math.max(Date.parse(snapshot.collectedAt) - Date.parse(earliest), msPerDay / 24) / msPerDay;
}

function sum<T>(values: readonly T[], numberOf: (value: T) => number): number {
  return values.reduce((total, value) => total + numberOf(value), 0);
}
