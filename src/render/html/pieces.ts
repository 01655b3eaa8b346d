import { readableIdent, readableQualified } from "../../domain/identifier.ts";
import type { RelationName } from "../../domain/postgres.ts";
import { plural } from "../../domain/units.ts";
import { html, type Markup, type Part } from "./markup.ts";

/** A part of the page with a heading that the contents lead to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

export function sectionMarkup({ id, title, content }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`;
}

/** SQL that may be copied; `label` says to a screen reader what the button copies. */
export function copyable(sql: string, label: string): Markup {
  return html`<div class="copyable"><pre class="sql"><code>${sql}</code></pre><button type="button" class="copy" aria-label="Copy ${label}">Copy</button></div>`;
}

/** Each statement ended, one below the other, as psql takes them. */
export function script(statements: readonly string[]): string {
  return statements.map((sql) => (/;\s*$/.test(sql) ? sql : `${sql};`)).join("\n");
}

/** Text cut to `length` characters, the cut said in words. */
export function cut(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  return `${characters.slice(0, length).join("")} … (${plural(characters.length - length, "more character")}; --format json has all)`;
}

/** A table that scrolls by itself on a narrow page, or whose rows `stack` there; `caption` names it for screen readers. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
  stack?: "stack overview" | "stack ranked",
): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table${stack ? html` class="${stack}"` : null}>
<thead><tr>${columns.map(({ title, numeric }) => html`<th scope="col"${numeric ? html` class="number"` : null}>${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    (
      cells,
    ) => html`<tr>${cells.map((cell, position) => html`<td${columns[position]?.numeric ? html` class="number"` : null}>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

/** A horizontal bar of `share` (0–1) of its room; `left` (0–1) of it is filled. Figures stand beside it, so it is hidden from readers. */
export function bar(share: number, left: number = 1): Markup {
  const width = (part: number) => `${(Math.max(0, Math.min(1, part)) * 100).toFixed(2)}%`;
  return html`<svg class="bar" aria-hidden="true" focusable="false"><rect class="whole" width="${width(share)}" height="100%"/><rect class="left" width="${width(share * left)}" height="100%"/></svg>`;
}

/** How much a figure is worth, always in words. */
export function basis(word: "estimated" | "measured" | "unproved"): Markup {
  return html`<span class="basis ${word}">${word}</span>`;
}

/** `orders`, `audit.events`: schema public goes without saying. */
export function relationText(relation: RelationName): string {
  return relation.schema === "public" ? readableIdent(relation.name) : readableQualified(relation);
}
