import type { Cause, SizeChange } from "../domain/comparison.ts";
import type { RelationState } from "../domain/database-state.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { FamilySummary, Report } from "../domain/report.ts";
import type { Interval } from "./intervals.ts";
import { samePlanner } from "./plan-changes.ts";
import { median } from "./robust.ts";
import type { FoundChange } from "./time-changes.ts";
import type { Track } from "./track-statements.ts";

/** A table that grew by half, a call that returns or reads half as much again: less explains no change worth a line. */
const clear = 1.5;

/**
 * What changed together with a statement's time: its plan, indexes of its tables, their size, the rows and blocks of a call, between the report
 * before the change and the last one. A statement that reads as much as before and takes longer waits: for the machine, or for a lock.
 */
export function causesOf(
  { history, recent, ratio }: FoundChange,
  { points }: Track,
  { reports, sizes }: { readonly reports: readonly Report[]; readonly sizes: readonly SizeChange[] },
): readonly Cause[] {
  const last = reports.length - 1;
  const before = Math.max(0, history.at(-1)!.report);
  const relations = points[last]?.relations ?? points[before]?.relations ?? [];
  const causes: Cause[] = [
    ...planCause(points[before] ?? null, points[last] ?? null, [reports[before]!, reports[last]!]),
    ...relations.flatMap((relation) => relationCauses(relation, reports[before]!, reports[last]!)),
    ...sizes.flatMap(({ relation, kind, emptyBytes }): Cause[] =>
      kind === "bloat" && emptyBytes !== null && relations.some((each) => relationKey(each) === relationKey(relation))
        ? [{ kind: "bloat", relation, emptyBytes }]
        : [],
    ),
    ...perCall("rows", history, recent),
    ...perCall("blocks", history, recent),
  ];
  const blocks = perCallRatio("blocks", history, recent);
  const waits = ratio > 1 && causes.length === 0 && blocks !== null && blocks < 1.2 && blocks > 1 / 1.2;
  return waits ? [{ kind: "same-work" }] : causes;
}

function planCause(before: FamilySummary | null, now: FamilySummary | null, reports: readonly [Report, Report]): Cause[] {
  if (!before?.plan || !now?.plan || before.plan.id === now.plan.id || !samePlanner(...reports)) return [];
  return [{ kind: "plan", before: before.plan.outline, after: now.plan.outline }];
}

function relationCauses(relation: RelationName, before: Report, now: Report): Cause[] {
  const [then, today] = [stateOf(relation, before), stateOf(relation, now)];
  if (!then || !today) return [];
  const name = { schema: relation.schema, name: relation.name };
  const missing = (from: RelationState, of: RelationState) =>
    of.indexes.filter(({ key }) => !from.indexes.some((each) => each.key === key));
  const named = (kind: "index-made" | "index-dropped", indexes: RelationState["indexes"]): Cause[] =>
    indexes.map((index) => ({ kind, index: { schema: relation.schema, name: index.name }, relation: name }));
  const growth = then.rows !== null && today.rows !== null && then.rows > 0 ? today.rows / then.rows : 1;
  return [
    ...named("index-dropped", missing(today, then)),
    ...named("index-made", missing(then, today)),
    ...(growth >= clear || growth <= 1 / clear ? [{ kind: "growth", relation: name, ratio: growth } as const] : []),
  ];
}

function stateOf(relation: RelationName, { state }: Report): RelationState | undefined {
  return state?.relations.find((each) => relationKey(each) === relationKey(relation));
}

function perCall(kind: "rows" | "blocks", history: readonly Interval[], recent: readonly Interval[]): Cause[] {
  const ratio = perCallRatio(kind, history, recent);
  return ratio !== null && (ratio >= clear || ratio <= 1 / clear) ? [{ kind, ratio }] : [];
}

/** Of the middle intervals; null where one side is unknown or nothing. */
function perCallRatio(kind: "rows" | "blocks", history: readonly Interval[], recent: readonly Interval[]): number | null {
  const each = (intervals: readonly Interval[]) =>
    intervals.flatMap((interval) => (interval[kind] === null ? [] : [interval[kind] / interval.calls]));
  const [before, now] = [each(history), each(recent)];
  if (before.length === 0 || now.length === 0) return null;
  const usual = median(before);
  return usual > 0 ? median(now) / usual : null;
}
