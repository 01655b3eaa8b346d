import type { Pattern } from "../../domain/pattern.ts";
import { percent, plural } from "../../domain/units.ts";
import { retrievalText } from "../like-wording.ts";
import { patternLoad, patternRemedy, shownPatterns } from "../patterns.ts";
import { excerpt } from "../safe-text.ts";
import { html, type Markup } from "./markup.ts";
import { type PageContext, recommendationLinks, statementLink } from "./page-context.ts";
import { bar, type Section, table } from "./pieces.ts";

/** Patterns, and statements of one, before "and N more". */
const shown = { patterns: 12, statements: 12 };

/** What the application asks for again and again: each with its share, its statements and the remedy that serves most. */
export function patternsSection(context: PageContext): Section | null {
  const { report } = context;
  const found = shownPatterns(report, shown.patterns);
  if (found === null) return null;
  const content = html`<p>Statements that ask for the same kind of access, grouped by how alike their access paths are; one cause, and often one remedy.</p>
${found.patterns.map((pattern) => {
  const position = pattern.remedy === null ? undefined : context.positions.get(pattern.remedy.recommendation);
  return html`<article class="pattern"><h3>${pattern.title}</h3>
${bar(1, pattern.share)}
<p>${patternLoad(pattern)}. ${pattern.detail}</p>
<p>${patternRemedy(pattern)} ${position === undefined ? null : html`See ${recommendationLinks([position], context)}.`}</p>
${statements(pattern, context)}
</article>
`;
})}${report.retrieval ? html`<p class="more">${retrievalText(report.retrieval)}</p>` : null}`;
  return { id: "patterns", title: found.title, content };
}

/** Its statements, folded: a reader who trusts the words needs none of them. */
function statements({ title, families }: Pattern, context: PageContext): Markup {
  const rest = families.length - shown.statements;
  return html`<details><summary>${families.length === 1 ? "The statement" : `The ${plural(families.length, "statement")}`}</summary>
${table(
  `Statements: ${title}`,
  [{ title: "Share", numeric: true }, { title: "Statement" }],
  families.slice(0, shown.statements).map((id) => {
    const family = context.families.get(id);
    return [family ? percent(family.share) : "–", statementLink(id, excerpt(family?.sql ?? id, 140), context)];
  }),
)}${rest > 0 ? html`<p class="more">… and ${plural(rest, "more statement")}</p>` : null}</details>`;
}
