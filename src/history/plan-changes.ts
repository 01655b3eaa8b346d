import type { PlanChange } from "../domain/comparison.ts";
import type { Report } from "../domain/report.ts";
import type { Track } from "./track-statements.ts";

/** The planner's costs of two plans that are about as good differ less than this. */
const clearRatio = 1.5;

/**
 * Statements that the last report plans in another way than the one before, by the same planner. Worse and better by the estimated cost, which
 * grows with the table, too: that is why small differences are neither.
 */
export function planChanges(tracks: readonly Track[], reports: readonly Pick<Report, "state">[]): readonly PlanChange[] {
  const last = reports.length - 1;
  if (last < 1 || !samePlanner(reports[last - 1]!, reports[last]!)) return [];
  const changes: PlanChange[] = [];
  for (const { points } of tracks) {
    const [before, now] = [points[last - 1], points[last]];
    if (!before?.plan || !now?.plan || before.plan.id === now.plan.id) continue;
    const costRatio = before.costBefore > 0 ? now.costBefore / before.costBefore : 1;
    const isOld = points.slice(0, last - 1).some((point) => point?.plan?.id === now.plan!.id);
    const verdict = isOld ? "same" : costRatio >= clearRatio ? "worse" : costRatio <= 1 / clearRatio ? "better" : "same";
    const { id, fingerprint, sql } = now;
    changes.push({ family: id, fingerprint, sql, before: before.plan.outline, after: now.plan.outline, costRatio, verdict, isOld });
  }
  return changes.toSorted((a, b) => b.costRatio - a.costRatio || (a.family < b.family ? -1 : 1));
}

/** Plans of two planners, or of two ways to restore, differ for reasons of their own. The words name versions and the snapshot's day: numbers do not count. */
export function samePlanner(a: Pick<Report, "state">, b: Pick<Report, "state">): boolean {
  const words = (report: Pick<Report, "state">) => report.state?.planner.replaceAll(/\d{4}-\d\d-\d\d\S*/g, "") ?? null;
  return words(a) !== null && words(a) === words(b);
}
