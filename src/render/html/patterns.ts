import { plural } from "../../domain/units.ts";
import { retrievalText } from "../like-wording.ts";
import { patternLoad, patternRemedy, shownPatterns } from "../patterns.ts";
import { html } from "./markup.ts";
import { type PageContext, recommendationLinks, statementLink } from "./page-context.ts";
import { bar, type Section } from "./pieces.ts";

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
  const rest = pattern.families.length - shown.statements;
  return html`<article class="pattern"><h3>${pattern.title}</h3>
<p class="lead">${bar(pattern.share)} ${patternLoad(pattern)}. ${pattern.detail}</p>
<p>${patternRemedy(pattern)} ${position === undefined ? null : html`See ${recommendationLinks([position], context)}.`}</p>
<p class="more">${pattern.families.slice(0, shown.statements).map((id) => html`${statementLink(id, id, context)} `)}${rest > 0 ? `… and ${plural(rest, "more statement")}` : null}</p>
</article>
`;
})}${report.retrieval ? html`<p class="more">${retrievalText(report.retrieval)}</p>` : null}`;
  return { id: "patterns", title: found.title, content };
}
