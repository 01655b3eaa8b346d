import type { Report } from "../domain/report.ts";
import { bytes, percent, plural } from "../domain/units.ts";
import { excerpt } from "../render/safe-text.ts";
import type { Changes, ReportItem } from "./changes.ts";

/** What a short message says of a report; every text is on one line and harmless. */
export interface Message {
  readonly headline: string;
  readonly figures: readonly { readonly name: string; readonly value: string }[];
  readonly appeared: readonly ReportItem[];
  /** Items of `appeared` that were left out. */
  readonly moreAppeared: number;
  readonly gone: readonly ReportItem[];
  readonly moreGone: number;
  /** What makes the figures worth less; null: nothing. */
  readonly caution: string | null;
}

const mostItems = 8;
const titleLength = 200;

/** The main figures and the changes of a report, bounded whatever the report's size. */
export function messageOf(target: string, report: Report, changes: Changes): Message {
  const { summary, recommendations } = report;
  const gone = changes.gone ?? [];
  // As recommendations are weighed: by the time of statements where the server has told it.
  const saved = summary.costBefore > 0 ? 1 - summary.weightedRatio : null;
  return {
    headline: `${target}: ${headline(changes, report)}`,
    figures: [
      { name: "Recommendations", value: String(recommendations.length) },
      { name: "Workload cost saved, estimated", value: saved === null ? "unknown" : percent(Math.max(0, saved)) },
      { name: "Statements", value: String(summary.statementCount) },
      { name: "New indexes", value: bytes(summary.indexBytes) },
    ],
    appeared: worstFirst(changes.appeared).slice(0, mostItems).map(bounded),
    moreAppeared: Math.max(0, changes.appeared.length - mostItems),
    gone: gone.slice(0, mostItems).map(bounded),
    moreGone: Math.max(0, gone.length - mostItems),
    caution: report.partial === null ? null : excerpt(`The run stopped early: ${report.partial.reason}`, titleLength),
  };
}

function headline({ first, appeared, gone }: Changes, report: Report): string {
  if (first) return `${plural(report.recommendations.length, "recommendation")}, first report`;
  const regressions = appeared.filter(({ kind }) => kind === "regression").length;
  const parts = [
    ...(regressions > 0 ? [plural(regressions, "regression")] : []),
    ...(appeared.length > regressions ? [`${appeared.length - regressions} new`] : []),
    ...(gone !== null && gone.length > 0 ? [`${gone.length} gone`] : []),
  ];
  return parts.length === 0
    ? `${plural(report.recommendations.length, "recommendation")}, nothing changed`
    : `${parts.join(", ")} since the last report`;
}

/** Regressions before advice, each in the report's own order. */
function worstFirst(items: readonly ReportItem[]): readonly ReportItem[] {
  return [...items.filter(({ kind }) => kind === "regression"), ...items.filter(({ kind }) => kind !== "regression")];
}

function bounded(item: ReportItem): ReportItem {
  return { ...item, title: excerpt(item.title, titleLength) };
}
