import type { FamilySummary } from "../../domain/report.ts";
import { change, cost, grouped, milliseconds, percent, plural } from "../../domain/units.ts";
import { excerpt } from "../safe-text.ts";
import { html, type Markup } from "./markup.ts";
import { type PageContext, recommendationLinks, withLinks } from "./page-context.ts";
import { cut, relationText, type Section } from "./pieces.ts";

/** Every statement of the workload; the page's script sorts and filters the rows. */
export function statementsSection(context: PageContext): Section | null {
  const { families } = context.report;
  if (families.length === 0) return null;
  const tables = [...new Set(families.flatMap(tablesOf))].sort();
  const content = html`<form class="filters" role="search" aria-label="Statements">
<label>Search <input type="search" id="statement-search" autocomplete="off" spellcheck="false"></label>
<label>Show <select id="statement-filter"><option value="">all</option><option value="served">served by a recommendation</option><option value="silent">without advice</option></select></label>
${tables.length > 0 ? html`<label>Table <select id="statement-table"><option value="">any</option>${tables.map((name) => html`<option>${name}</option>`)}</select></label>` : null}
<output id="statement-count" role="status">${plural(context.listed.length, "statement")}</output>
</form>
<div class="scroll" tabindex="0" role="region" aria-label="Statements of the workload"><table id="statement-rows" class="sortable stack">
<thead><tr>${columns.map(
    ({ key, title, numeric }) =>
      html`<th scope="col" data-key="${key}"${numeric ? html` class="number"` : null}${key === "share" ? html` aria-sort="descending"` : null}>${title}</th>`,
  )}</tr></thead>
<tbody>${context.listed.map((family) => row(family, context))}</tbody></table></div>
${
  context.listed.length > printed
    ? html`<p class="more on-paper">On paper are ${grouped(printed)} of ${plural(context.listed.length, "statement")}; the page has all.</p>`
    : null
}
${
  context.listed.length < families.length
    ? html`<p class="more">… and ${plural(families.length - context.listed.length, "more statement")} with a smaller share (--format json lists all)</p>`
    : null
}`;
  return { id: "statements", title: "All statements", content };
}

/** Rows on paper, as report.css has it: the rest of a large workload would be most of the pages. */
const printed = 100;

const columns = [
  { key: "sql", title: "Statement", numeric: false },
  { key: "share", title: "Share", numeric: true },
  { key: "calls", title: "Calls", numeric: true },
  { key: "mean", title: "Mean time", numeric: true },
  { key: "before", title: "Cost", numeric: true },
  { key: "after", title: "Cost after", numeric: true },
  { key: "ratio", title: "Change", numeric: true },
];

const excerptLength = 140;

/** The row's first line has all of the statement. */
function isWhole(sql: string): boolean {
  return !sql.includes("\n") && [...sql].length <= excerptLength;
}

function row(family: FamilySummary, context: PageContext): Markup {
  const helped = context.helpedBy.get(family.id) ?? [];
  const isServed = helped.length > 0 || family.noAdvice === null;
  const ratio = family.costBefore > 0 ? family.costAfter / family.costBefore : 1;
  return html`<tr id="s-${family.id}" data-served="${isServed ? "yes" : "no"}" data-tables="${tablesOf(family).join("\t")}">
<td class="statement-cell" data-value="${excerpt(family.sql, 60)}"><details><summary><code>${excerpt(family.sql, excerptLength)}</code></summary>${isWhole(family.sql) ? null : html`<pre class="sql"><code>${cut(family.sql, context.detail.sqlCharacters)}</code></pre>`}<p class="more"><code>${family.id}</code>${family.place === null ? null : html` at <code>${family.place}</code>`}${tablesOf(family).length > 0 ? `; tables: ${tablesOf(family).join(", ")}` : null}</p></details><p class="verdict">${verdict(family, helped, context)}</p></td>
<td class="number" data-value="${family.share}">${percent(family.share)}</td>
<td class="number" data-value="${family.calls}">${grouped(family.calls)}</td>
<td class="number" data-value="${family.meanTimeMs ?? -1}">${family.meanTimeMs === null ? "–" : milliseconds(family.meanTimeMs)}</td>
<td class="number" data-value="${family.costBefore}">${cost(family.costBefore)}</td>
<td class="number" data-value="${family.costAfter}">${cost(family.costAfter)}</td>
<td class="number" data-value="${ratio}">${change(family.costBefore, family.costAfter)}</td>
</tr>
`;
}

function tablesOf({ relations }: FamilySummary): string[] {
  return (relations ?? []).map(relationText);
}

function verdict(family: FamilySummary, helped: readonly number[], context: PageContext): Markup {
  if (helped.length > 0) return html`Served by ${recommendationLinks(helped, context)}`;
  return family.noAdvice === null ? html`Served by the recommended set` : html`${withLinks(family.noAdvice, context)}`;
}
