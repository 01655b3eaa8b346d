import type { ParetoSet } from "../../domain/report.ts";
import { bytes, percent, plural } from "../../domain/units.ts";
import { paretoTable } from "../pareto.ts";
import { html, type Markup } from "./markup.ts";
import type { PageContext } from "./page-context.ts";
import { type Section, table } from "./pieces.ts";

/** In the drawing's own units, which the page scales. */
const size = { width: 720, height: 300, left: 56, right: 24, top: 16, bottom: 44 };

/** The sets of indexes that the search met: size against the workload's cost, drawn and as a table. Null when there is no choice. */
export function paretoSection({ report }: PageContext): Section | null {
  const rows = paretoTable(report);
  if (rows === null) return null;
  const sets = (report.pareto ?? []).toSorted((a, b) => a.indexBytes - b.indexBytes);
  const content = html`<p>Each point is the best set of new indexes of its size that the search met. A smaller budget (<code class="flag">--max-bytes</code>) takes a point further left.</p>
<figure>${drawing(sets)}</figure>
<details><summary>The same as a table</summary>
${table(
  "Size of new indexes against workload cost left",
  rows.columns.map((title, position) => ({ title: title === "" ? "Note" : title, numeric: position < 3 })),
  rows.rows,
)}</details>`;
  return { id: "pareto", title: "Size against saving", content };
}

function drawing(sets: readonly ParetoSet[]): Markup {
  const mostBytes = Math.max(1, ...sets.map((set) => set.indexBytes));
  const mostCost = Math.max(1, ...sets.map((set) => set.weightedRatio));
  const x = (set: ParetoSet) => size.left + (set.indexBytes / mostBytes) * (size.width - size.left - size.right);
  const y = (ratio: number) => size.top + (1 - ratio / mostCost) * (size.height - size.top - size.bottom);
  const line = sets.map((set, position) => `${position === 0 ? "M" : "L"}${point(x(set))} ${point(y(set.weightedRatio))}`).join("");
  const chosen = sets.find((set) => set.recommended);
  return html`<svg class="chart" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="pareto-name pareto-words">
<title id="pareto-name">Workload cost left, by size of new indexes</title>
<desc id="pareto-words">${description(sets, chosen)}</desc>
${[0, 0.25, 0.5, 0.75, 1].map((ratio) => html`<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${point(y(ratio))}" y2="${point(y(ratio))}"/><text class="tick end" x="${size.left - 8}" y="${point(y(ratio) + 4)}">${Math.round(ratio * 100)} %</text>`)}
${[0, 0.25, 0.5, 0.75, 1].map((part) => html`<text class="tick ${part === 1 ? "end" : part === 0 ? "start" : "middle"}" x="${point(size.left + part * (size.width - size.left - size.right))}" y="${size.height - size.bottom + 18}">${part === 0 ? "0" : bytes(part * mostBytes)}</text>`)}
<text class="tick middle" x="${(size.left + size.width - size.right) / 2}" y="${size.height - 6}">size of the new indexes, estimated</text>
<path class="trade" d="${line}"/>
${sets.map(
  (set) =>
    html`<circle class="${set.recommended ? "set chosen" : "set"}" cx="${point(x(set))}" cy="${point(y(set.weightedRatio))}" r="${set.recommended ? 6 : 4}"><title>${setText(set)}</title></circle>`,
)}
${chosen === undefined ? null : html`<text class="chosen-label end" x="${point(Math.max(x(chosen), size.left + 150))}" y="${point(y(chosen.weightedRatio) - 14)}">recommended: ${percent(chosen.weightedRatio)} left</text>`}
</svg>`;
}

function point(value: number): string {
  return value.toFixed(1);
}

function setText(set: ParetoSet): string {
  return `${plural(set.indexCount, "index", "indexes")}, ${bytes(set.indexBytes)}: ${percent(set.weightedRatio)} of the workload's cost left${set.recommended ? ", recommended" : ""}`;
}

function description(sets: readonly ParetoSet[], chosen: ParetoSet | undefined): string {
  const last = sets.at(-1);
  return [
    `${plural(sets.length, "set")} from no new index to ${last === undefined ? "none" : bytes(last.indexBytes)}.`,
    ...(chosen === undefined ? [] : [`Recommended: ${setText(chosen)}.`]),
    "The table below has every set.",
  ].join(" ");
}
