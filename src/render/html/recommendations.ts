import type { Recommendation } from "../../domain/recommendation.ts";
import { bytes, percent, plural } from "../../domain/units.ts";
import { likeText } from "../like-wording.ts";
import { agreementText, benefitText, priceText } from "../wording.ts";
import { diffMarkup } from "./diff.ts";
import { effects } from "./effects.ts";
import { html, type Markup, type Part } from "./markup.ts";
import { type PageContext, withLinks } from "./page-context.ts";
import { basis, copyable, type Section, script, table } from "./pieces.ts";

/** An overview, then every recommendation in full, in the report's order. Null when there is none. */
export function recommendationsSection(context: PageContext): Section | null {
  const { recommendations } = context.report;
  if (recommendations.length === 0) return null;
  const content = html`${overview(recommendations)}
${recommendations.map((each, position) => recommendation(each, position + 1, context))}`;
  return { id: "recommendations", title: plural(recommendations.length, "recommendation"), content };
}

function overview(recommendations: readonly Recommendation[]): Markup {
  return table(
    "Recommendations, what each saves and what it costs",
    [
      { title: "No.", numeric: true },
      { title: "Change" },
      { title: "Saves of the workload's cost, estimated", numeric: true },
      { title: "Size", numeric: true },
      { title: "Statements", numeric: true },
      { title: "Proof" },
    ],
    recommendations.map((each, position): Part[] => [
      position + 1,
      html`<a href="#r-${each.id}">${each.title}</a>`,
      each.candidate.change.kind === "drop-index" ? "–" : percent(each.benefit.shareOfWorkload),
      each.price.indexBytes === 0 ? "–" : `${each.price.indexBytes > 0 ? "+" : ""}${bytes(each.price.indexBytes)}`,
      each.benefit.families.filter((effect) => effect.costAfter < effect.costBefore).length,
      basis(each.basis),
    ]),
    "stack overview",
  );
}

function recommendation(each: Recommendation, position: number, context: PageContext): Markup {
  const { change } = each.candidate;
  const title = `r-${each.id}-title`;
  return html`<article class="recommendation" id="r-${each.id}" aria-labelledby="${title}">
<h3 id="${title}"><span class="position">${position}</span> ${each.title}</h3>
<p class="lead"><code>${each.id}</code> ${benefitText(each)}</p>
${each.cautions.map((caution) => html`<p class="caution"><strong>Caution:</strong> ${withLinks(caution, context)}</p>`)}
${why(each, context)}
${change.kind === "rewrite" ? rewriteText(each, position, context) : html`<h4>Apply</h4>${copyable(script(each.apply), `SQL to apply, no. ${position}`)}`}
<p class="price"><strong>Price:</strong> ${priceText(each)}</p>
${each.likeCase ? html`<p class="more"><strong>Like a proven case:</strong> ${likeText(each.likeCase)}</p>` : null}
${effects(each, context)}
${undo(each, position)}
</article>
`;
}

function why(each: Recommendation, context: PageContext): Markup {
  const paragraphs = each.explanation.text.split(/\n\s*\n/).filter((text) => text.trim() !== "");
  const author = each.explanation.writtenBy;
  return html`<div class="why">${paragraphs.map((text) => html`<p>${withLinks(text, context)}</p>`)}${
    author === "template" ? null : html`<p class="more">Worded by ${author}; the figures are the advisor's.</p>`
  }</div>`;
}

/** The statement's change, and why it may be trusted; DDL that comes with it stands first in `apply`. */
function rewriteText(each: Recommendation, position: number, context: PageContext): Markup {
  const { change } = each.candidate;
  const sql = change.kind === "rewrite" ? change.sql : "";
  const schema = each.apply.filter((step) => step !== sql);
  return html`${each.rewrite ? html`<h4>What changes in the statement</h4>${diffMarkup(each.rewrite.diff)}` : null}
<h4>The statement to send instead</h4>${copyable(sql, `rewritten statement, no. ${position}`)}
${schema.length > 0 ? html`<h4>Made with it</h4>${copyable(script(schema), `SQL to apply with the rewrite, no. ${position}`)}` : null}
${
  each.rewrite
    ? html`<p class="same"><strong>Same result:</strong> ${withLinks(agreementText(each.rewrite), context)}</p>${
        each.rewrite.assumes.length > 0
          ? html`<p><strong>Takes for granted:</strong></p><ul>${each.rewrite.assumes.map((text) => html`<li>${text}</li>`)}</ul>`
          : null
      }`
    : null
}`;
}

function undo(each: Recommendation, position: number): Markup {
  if (each.undo.length > 0)
    return html`<details class="undo"><summary>Undo</summary>${copyable(script(each.undo), `SQL to undo no. ${position}`)}</details>`;
  return html`<p class="undo more">${
    each.candidate.change.kind === "rewrite" ? "To undo it, send the old statement again." : "There is no SQL to undo it: see the cautions."
  }</p>`;
}
