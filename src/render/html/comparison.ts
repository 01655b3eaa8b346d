import { grouped, milliseconds, plural } from "../../domain/units.ts";
import { type ComparisonLine, comparisonBasis, comparisonParts, isQuiet } from "../comparison-wording.ts";
import { excerpt } from "../safe-text.ts";
import { sparkline } from "./history.ts";
import { html, type Markup } from "./markup.ts";
import { type PageContext, statementLink, withLinks } from "./page-context.ts";
import { cut, type Section, table } from "./pieces.ts";

/** Lines of one part that are shown at once, and with those that open; JSON has the rest. */
const shown = { first: 10, most: 200 };

/** What changed since the last report, the worst first; null without an earlier one. */
export function comparisonSection(context: PageContext): Section | null {
  const { comparison } = context.report;
  if (!comparison) return null;
  const parts = comparisonParts(comparison);
  const content = html`<p class="more">${comparisonBasis(comparison)}</p>
${isQuiet(parts) ? html`<p>Nothing changed that is worth a line.</p>` : null}
${parts.map(
  ({ title, tone, lines }) => html`<div class="change ${tone}-change"><h3>${title} <span class="position">${lines.length}</span></h3>
${list(lines.slice(0, shown.first), context)}
${
  lines.length > shown.first
    ? html`<details><summary>${plural(Math.min(lines.length, shown.most) - shown.first, "more line")}</summary>${list(lines.slice(shown.first, shown.most), context)}</details>`
    : null
}
${lines.length > shown.most ? html`<p class="more">… and ${grouped(lines.length - shown.most)} more (--format json lists all)</p>` : null}
</div>
`,
)}
${levels(context)}`;
  return { id: "changes", title: "Since last time", content };
}

function list(lines: readonly ComparisonLine[], context: PageContext): Markup {
  return html`<ul class="changes">${lines.map(
    ({ text, sql, details }) => html`<li>${withLinks(text, context)}${
      sql === null ? null : html`<pre class="sql"><code>${cut(sql, context.detail.sqlCharacters)}</code></pre>`
    }${details.map((detail) => html`<p class="more">${detail}</p>`)}</li>
`,
  )}</ul>`;
}

function levels(context: PageContext): Markup | null {
  const all = context.report.comparison?.statements.levels ?? [];
  if (all.length === 0) return null;
  return html`<details><summary>Mean time of a call, interval by interval: ${plural(all.length, "statement")}</summary>
${table(
  "Mean time of a call, interval by interval",
  [{ title: "Statement" }, { title: "Intervals, the last on the right" }],
  all.map(({ family, meanMs }) => [
    statementLink(family, excerpt(context.families.get(family)?.sql ?? family, 100), context),
    sparkline({ title: "Mean time of a call", values: meanMs, text: milliseconds }, []),
  ]),
)}</details>`;
}
