import type { Report } from "../../domain/report.ts";
import { bytes, milliseconds, percent } from "../../domain/units.ts";
import { html, type Markup } from "./markup.ts";
import type { PageContext } from "./page-context.ts";
import { type Section, table } from "./pieces.ts";

/** One figure through the reports; null where a report does not know it. */
export interface Series {
  readonly title: string;
  readonly values: readonly (number | null)[];
  readonly text: (value: number) => string;
}

/** How the database came to this report, as lines and as a table; null without earlier reports. */
export function historySection({ report, earlier }: PageContext): Section | null {
  if (earlier.length === 0) return null;
  const reports = [...earlier.toSorted((a, b) => (a.generatedAt < b.generatedAt ? -1 : 1)), report];
  const all: readonly Series[] = [
    { title: "Mean time of a call, counted since the reset", values: reports.map(meanTimeMs), text: milliseconds },
    { title: "Cost that the advice would save, estimated", values: reports.map((each) => 1 - each.summary.weightedRatio), text: percent },
    { title: "Size of the database", values: reports.map((each) => each.server?.databaseBytes ?? null), text: bytes },
  ];
  const shown = all.filter(({ values }) => values.filter((value) => value !== null).length > 1);
  if (shown.length === 0) return null;
  const content = html`<ul class="history">${shown.map(
    (series) => html`<li>${sparkline(series, reports.map(day))}<span class="label">${series.title}</span></li>
`,
  )}</ul>
<details><summary>The same as a table</summary>
${table(
  "History",
  [{ title: "Report of" }, ...shown.map(({ title }) => ({ title, numeric: true }))],
  reports.map((each, position) => [
    html`<span class="number">${each.generatedAt.slice(0, 16).replace("T", " ")}</span>`,
    ...shown.map(({ values, text }) => valueText(values[position] ?? null, text)),
  ]),
)}</details>`;
  return { id: "history", title: `History: ${reports.length} reports`, content };
}

function valueText(value: number | null, text: (value: number) => string): string {
  return value === null ? "–" : text(value);
}

/** Milliseconds, over the statements whose time is known; null when none is. */
function meanTimeMs({ families }: Report): number | null {
  const timed = families.flatMap(({ calls, meanTimeMs: mean }) => (mean === null ? [] : [{ calls, mean }]));
  const calls = timed.reduce((sum, each) => sum + each.calls, 0);
  return calls > 0 ? timed.reduce((sum, each) => sum + each.calls * each.mean, 0) / calls : null;
}

const size = { width: 240, height: 44, margin: 4 };

/** Values stand at equal distances, each of its day; the line breaks where one is unknown. From zero, so that its height is its size. */
export function sparkline({ title, values, text }: Series, days: readonly string[]): Markup {
  const most = Math.max(...values.map((value) => value ?? 0), Number.MIN_VALUE);
  const x = (position: number) => size.margin + (position / (values.length - 1)) * (size.width - 2 * size.margin);
  const y = (value: number) => size.height - size.margin - (Math.max(0, value) / most) * (size.height - 2 * size.margin);
  const path = values
    .map((value, position) =>
      value === null
        ? ""
        : `${position === 0 || values[position - 1] === null ? "M" : "L"}${x(position).toFixed(1)} ${y(value).toFixed(1)}`,
    )
    .join("");
  const known = values.flatMap((value, position) => (value === null ? [] : [{ value, position }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return html``;
  const on = (position: number) => (days[position] === undefined ? "" : ` on ${days[position]}`);
  const words = `${title}: ${text(first.value)}${on(first.position)}, ${text(last.value)}${on(last.position)}`;
  return html`<svg class="sparkline" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${words}"><path d="${path}"/><circle cx="${x(last.position).toFixed(1)}" cy="${y(last.value).toFixed(1)}" r="3"/></svg><span class="value">${text(last.value)}</span>`;
}

function day(report: Report): string {
  return report.generatedAt.slice(0, 10);
}
