import type { Report } from "../domain/report.ts";

/** One thing that a report says and another does not. */
export interface ReportItem {
  readonly kind: "recommendation" | "finding" | "tuning" | "regression";
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

/** Compares two reports of one database by the ids of what they say, which are the same from run to run. */
export function changesBetween(earlier: Report | null, later: Report): Changes {
  const now = itemsOf(later);
  if (earlier === null) return { first: true, appeared: now, gone: [] };
  const before = itemsOf(earlier);
  return {
    first: false,
    appeared: without(now, before),
    gone: later.partial === null ? without(before, now) : null,
  };
}

/** True when there is something to tell. */
export function hasNews({ first, appeared, gone }: Changes): boolean {
  return first || appeared.length > 0 || (gone !== null && gone.length > 0);
}

function itemsOf(report: Report): ReportItem[] {
  const items: ReportItem[] = [
    ...report.recommendations.map(({ id, title }) => ({ kind: "recommendation" as const, id, title })),
    ...report.findings.map(({ id, title, message }) => ({ kind: "finding" as const, id, title: title ?? message })),
    ...(report.tuning?.advice ?? []).map(({ id, title }) => ({ kind: "tuning" as const, id, title })),
  ];
  return items;
}

function without(items: readonly ReportItem[], others: readonly ReportItem[]): ReportItem[] {
  const known = new Set(others.map(({ kind, id }) => `${kind} ${id}`));
  return items.filter(({ kind, id }) => !known.has(`${kind} ${id}`));
}
