import { bytes, change, cost, grouped, percent, plural, ratio } from "../../domain/units.ts";
import { isTimed, nothingRecommended, summaryRows } from "../wording.ts";
import { html, type Markup } from "./markup.ts";
import type { PageContext } from "./page-context.ts";
import { basis, type Section } from "./pieces.ts";

/** The figures a reader wants first, then the same lines as the other formats. */
export function summarySection({ report }: PageContext): Section {
  const { partial } = report;
  const content = html`${
    partial === null ? null : html`<p class="warning"><strong>Partial report.</strong> ${partial.reason} Missing: ${partial.missing}</p>`
  }
${report.recommendations.length === 0 ? html`<p>${nothingRecommended(report)}</p>` : keyFigures(report)}
<dl class="facts">${facts(report).map(
    ([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>
`,
  )}</dl>`;
  return { id: "summary", title: "Summary", content };
}

function keyFigures(report: PageContext["report"]): Markup {
  const { summary } = report;
  const created = report.recommendations.filter((each) => each.candidate.change.kind === "create-index");
  const createdBytes = created.reduce((sum, each) => sum + each.price.indexBytes, 0);
  const freed = report.recommendations.reduce((sum, each) => sum + Math.max(0, -each.price.indexBytes), 0);
  return html`<ul class="figures-row">
${costFigure(report)}
${figure(ratio(summary.geometricMeanRatio), "cost of a statement", "geometric mean over all statements, unweighted")}
${figure(
  created.length === 0 ? "0 bytes" : `+${bytes(createdBytes)}`,
  plural(created.length, "new index", "new indexes"),
  freed > 0 ? `${bytes(freed)} freed by drops` : sizeShare(createdBytes, report.server?.databaseBytes ?? null),
)}
${figure(
  grouped(report.recommendations.length),
  report.recommendations.length === 1 ? "recommendation" : "recommendations",
  proofNote(report),
)}
</ul>`;
}

/** Weighed as the shares of the recommendations are, so that they make up the figure: by time where the server has told it. */
function costFigure(report: PageContext["report"]): Markup {
  const { costBefore, costAfter, weightedRatio } = report.summary;
  const plain = costBefore > 0 ? change(costBefore, costAfter) : "–";
  const costs = `${cost(costBefore)} → ${cost(costAfter)} planner units × calls`;
  if (!isTimed(report)) return figure(plain, html`workload cost, ${basis("estimated")}`, costs);
  return figure(change(1, weightedRatio), html`workload cost, weighed by time, ${basis("estimated")}`, `${plain} unweighed: ${costs}`);
}

function proofNote({ recommendations, rejected }: PageContext["report"]): string {
  const measured = recommendations.filter((each) => each.basis === "measured").length;
  const refused = `${plural(rejected.length, "candidate")} refused, with reasons`;
  if (measured === 0) return `all estimated; ${refused}`;
  return measured === recommendations.length ? `all measured on a copy; ${refused}` : `${grouped(measured)} measured on a copy; ${refused}`;
}

function sizeShare(created: number, whole: number | null): string {
  return whole === null || whole === 0 ? "size of the database unknown" : `${percent(created / whole)} of the database`;
}

function figure(value: string, label: Markup | string, note: string): Markup {
  return html`<li><span class="value">${value}</span> <span class="label">${label}</span> <span class="note">${note}</span></li>`;
}

function facts(report: PageContext["report"]): (readonly [string, string])[] {
  const { server } = report;
  return [
    ...(report.origin === null ? [] : [["Read", report.origin] as const]),
    ...(server?.countingSince ? [["Counting since", `${server.countingSince.slice(0, 16).replace("T", " ")} UTC`] as const] : []),
    ...summaryRows(report),
  ];
}
