import type { Comparison } from "../domain/comparison.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Report } from "../domain/report.ts";
import { percent, ratio } from "../domain/units.ts";
import { excerpt } from "../render/safe-text.ts";

/** One thing that a report says and another does not. */
export interface ReportItem {
  /** `regression`: a statement that got slower or got a worse plan, a relation that bloats; `applied`: advice that somebody followed. */
  readonly kind: "recommendation" | "finding" | "tuning" | "regression" | "applied";
  readonly id: string;
  readonly title: string;
}

/** What a report has to say since the one that arrived last. */
export interface Changes {
  /** There is no earlier report. */
  readonly first: boolean;
  readonly appeared: readonly ReportItem[];
  /** Null where it cannot be told: a report that stopped early says less. */
  readonly gone: readonly ReportItem[] | null;
}

/**
 * Compares a report with the one that arrived last, by the ids of what they say, which are the same from run to run. What a report's own
 * comparison says (of the time of statements, of sizes) counts as new until a report with it has arrived, and is never called gone: it
 * leaves a comparison with time.
 */
export function changesBetween(earlier: Report | null, later: Report): Changes {
  const now = [...itemsOf(later), ...eventsOf(later.comparison)];
  if (earlier === null) return { first: true, appeared: now, gone: [] };
  const before = itemsOf(earlier);
  // What was applied is told as that.
  const applied = new Set(later.comparison?.applied.map(({ id }) => id));
  return {
    first: false,
    appeared: without(now, [...before, ...eventsOf(earlier.comparison)]),
    gone: later.partial === null ? without(before, now).filter(({ id }) => !applied.has(id)) : null,
  };
}

/** True when there is something to tell. */
export function hasNews({ first, appeared, gone }: Changes): boolean {
  return first || appeared.length > 0 || (gone !== null && gone.length > 0);
}

function itemsOf(report: Report): ReportItem[] {
  return [
    ...report.recommendations.map(({ id, title }) => ({ kind: "recommendation" as const, id, title })),
    ...report.findings.map(({ id, title, message }) => ({ kind: "finding" as const, id, title: title ?? message })),
    ...(report.tuning?.advice ?? []).map(({ id, title }) => ({ kind: "tuning" as const, id, title })),
  ];
}

const statementLength = 80;

function eventsOf(comparison: Comparison | undefined): ReportItem[] {
  if (comparison === undefined) return [];
  const { statements, sizes, applied } = comparison;
  return [
    ...statements.slower.map(({ fingerprint, ratio: times, share, sql }) =>
      regression(`slower ${fingerprint}`, `Slower, ${ratio(times)} its time, ${percent(share)} of all: ${excerpt(sql, statementLength)}`),
    ),
    ...statements.plans
      .filter(({ verdict }) => verdict === "worse")
      .map(({ fingerprint, costRatio, after, sql }) =>
        regression(`plan ${fingerprint} ${after}`, `Worse plan, ${ratio(costRatio)} its cost: ${excerpt(sql, statementLength)}`),
      ),
    ...sizes
      .filter(({ kind }) => kind === "bloat")
      .map(({ relation, index }) => {
        const name = index === null ? relation.name : `index ${index}`;
        return regression(`bloat ${relationKey(relation)} ${index ?? ""}`, `Bloats: ${name} of schema ${relation.schema}`);
      }),
    ...applied.map(
      ({ id, title, verdict }): ReportItem => ({ kind: "applied", id: `${id} ${verdict}`, title: `${title}: ${applyWords[verdict]}` }),
    ),
  ];
}

function regression(id: string, title: string): ReportItem {
  return { kind: "regression", id, title };
}

const applyWords = {
  paid: "applied, and it paid",
  less: "applied, and paid less than promised",
  nothing: "applied, and changed nothing",
  worse: "applied, and made it worse",
  unknown: "applied; whether it paid is not known yet",
} as const;

function without(items: readonly ReportItem[], others: readonly ReportItem[]): ReportItem[] {
  const known = new Set(others.map(({ kind, id }) => `${kind} ${id}`));
  return items.filter(({ kind, id }) => !known.has(`${kind} ${id}`));
}
