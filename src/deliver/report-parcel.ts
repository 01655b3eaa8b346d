import type { Report } from "../domain/report.ts";
import type { ReportFormat } from "../render/index.ts";
import type { Changes } from "./changes.ts";
import { type Message, messageOf } from "./message.ts";
import { type Parcel, parcelId } from "./parcel.ts";
import type { Occasion } from "./place.ts";

export interface ReportContent {
  readonly report: Report;
  readonly changes: Changes;
  readonly render: (format: ReportFormat) => string;
}

/** A report for the place whose key is `destination`. */
export function reportParcel(occasion: Occasion, destination: string, { report, changes, render }: ReportContent): Parcel {
  const message = messageOf(occasion.target, report, changes);
  const id = parcelId(occasion, destination, "report");
  return { kind: "report", occasion, message, facts: reportFacts(occasion, report, message), id, render };
}

function reportFacts({ target, dueAt }: Occasion, report: Report, message: Message): object {
  const { costBefore, costAfter, statementCount, indexBytes } = report.summary;
  return {
    payloadVersion: 1,
    event: "report",
    target,
    dueAt: dueAt.toISOString(),
    generatedAt: report.generatedAt,
    headline: message.headline,
    partial: report.partial !== null,
    summary: { costBefore, costAfter, statementCount, indexBytes, recommendationCount: report.recommendations.length },
    appeared: message.appeared,
    moreAppeared: message.moreAppeared,
    gone: message.gone,
    moreGone: message.moreGone,
  };
}
