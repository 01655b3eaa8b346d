import type { BindingProof, Outcome, PlanPair, Proof } from "../../domain/proof.ts";
import type { FamilyEffect, Recommendation } from "../../domain/recommendation.ts";
import { change, cost, grouped, plural } from "../../domain/units.ts";
import { loadText, measuredText, rankedEffects, worstText } from "../wording.ts";
import { withShownNames } from "./index-names.ts";
import { html, jsonText, type Markup, trusted } from "./markup.ts";
import { type PageContext, planKey, statementLink, withLinks } from "./page-context.ts";
import { bar, basis, cut, table } from "./pieces.ts";
import { planSource } from "./plan-source.ts";
import { planPair } from "./plan-text.ts";

/** What one recommendation does to each statement: figures, every set of parameters tried, and both plans. */
export function effects(recommendation: Recommendation, context: PageContext): Markup {
  const ranked = rankedEffects(recommendation, context.families);
  const shown = context.detail.effects ?? ranked.length;
  const unchanged = recommendation.benefit.families.length - ranked.length;
  return html`${ranked.length > 0 ? html`<h4>${plural(ranked.length, "statement")}</h4>` : null}
${ranked.slice(0, shown).map((effect) => oneEffect(effect, recommendation, context))}
${ranked.length > shown ? html`<p class="more">… and ${plural(ranked.length - shown, "more statement")} that gain less (--format json lists all)</p>` : null}
${
  recommendation.candidate.change.kind === "drop-index" && unchanged > 0
    ? html`<p class="more">${plural(unchanged, "statement")} of the table planned without it at the same cost.</p>`
    : null
}`;
}

function oneEffect(effect: FamilyEffect, recommendation: Recommendation, context: PageContext): Markup {
  const family = context.families.get(effect.family);
  const proofs = recommendation.proofs.filter((proof) => proof.family === effect.family);
  const measured = measuredText(recommendation, effect.family);
  const worst = worstText(effect);
  return html`<section class="effect" aria-label="Statement ${effect.family}">
<p class="effect-head">${statementLink(effect.family, family?.place ?? effect.family, context)} <span class="load">${loadText(family)}</span></p>
${family === undefined ? null : html`<pre class="sql short"><code>${cut(family.sql, Math.min(600, context.detail.sqlCharacters))}</code></pre>`}
<p class="effect-cost"><span class="cost">${cost(effect.costBefore)} → ${cost(effect.costAfter)}</span> <strong>${change(effect.costBefore, effect.costAfter)}</strong> ${bar(1, effect.costBefore > 0 ? effect.costAfter / effect.costBefore : 1)} <span class="note">cost per call, ${basis("estimated")}</span></p>
<p>${withLinks(effect.planChange, context)}</p>
${measured === null ? null : html`<p class="measured-line">${measured.startsWith("measured ") ? html`${basis("measured")} ${measured.slice("measured ".length)}` : measured}</p>`}
${worst === null ? null : html`<p class="${effect.worstRatio > 1 ? "worst dearer" : "worst"}">${worst}</p>`}
${proofs.map(unproved)}
${bindings(proofs)}
${plans(effect.family, { recommendation, proofs }, context)}
</section>
`;
}

function unproved({ outcome, backend }: Proof): Markup | null {
  if (outcome.kind === "refuted" || (outcome.kind === "inconclusive" && backend !== "copy"))
    return html`<p>${basis("unproved")} ${outcome.detail}</p>`;
  return null;
}

/** How the values of a set of parameters were chosen. */
const bindingWords: Readonly<Record<string, string>> = {
  text: "as written",
  log: "values seen in a log",
  generic: "none: the generic plan",
  common: "most common values",
  rare: "rare values",
  middle: "values in the middle",
  null: "NULL",
  "out-of-range": "values outside the column's range",
};

function bindings(proofs: readonly Proof[]): Markup | null {
  const all = proofs.flatMap(({ outcome }): readonly BindingProof[] => (outcome.kind === "estimated" ? outcome.bindings : []));
  if (all.length === 0) return null;
  const worse = all.filter((each) => each.costAfter > each.costBefore * 1.0005).length;
  return html`<details><summary>Parameters tried: ${grouped(all.length)}${worse > 0 ? `, dearer for ${grouped(worse)}` : ""}</summary>
${table(
  "Cost by parameters",
  [
    { title: "Parameters" },
    { title: "Cost before", numeric: true },
    { title: "Cost after", numeric: true },
    { title: "Change", numeric: true },
    { title: "Change used by the plan" },
  ],
  all.map((each) => [
    bindingWords[each.kind] ?? each.kind,
    cost(each.costBefore),
    cost(each.costAfter),
    change(each.costBefore, each.costAfter),
    each.used ? "yes" : "no",
  ]),
)}</details>`;
}

/** Every pair of plans that a report holds of one recommendation and one statement, with the word for its figures. */
export function keptPlans(proofs: readonly Proof[]): { readonly word: "estimated" | "measured"; readonly pair: PlanPair }[] {
  return proofs.flatMap(({ outcome }) => {
    const pair = pairOf(outcome);
    return pair === null ? [] : [{ word: outcome.kind === "measured" ? ("measured" as const) : ("estimated" as const), pair }];
  });
}

function pairOf(outcome: Outcome): PlanPair | null {
  if (outcome.kind === "estimated") return outcome.typical;
  return outcome.kind === "measured" ? { before: outcome.before.plan, after: outcome.after.plan } : null;
}

function plans(family: string, from: { recommendation: Recommendation; proofs: readonly Proof[] }, context: PageContext): Markup | null {
  const kept = keptPlans(from.proofs);
  if (kept.length === 0) return null;
  if (!context.plans.has(planKey(from.recommendation.id, family)))
    return html`<p class="more">Its plans are left out to keep this file small; --format json has them.</p>`;
  return html`${kept.map(({ word, pair }) => planDetails(pair, { word, names: context.indexNames, family }))}`;
}

/** Both plans to read, and their data for the viewer that opens on demand. */
export function planDetails(
  pair: PlanPair,
  about: { readonly word: "estimated" | "measured"; readonly names: ReadonlyMap<string, string>; readonly family: string },
): Markup {
  const before = withShownNames(pair.before, about.names);
  const after = withShownNames(pair.after, about.names);
  const text = planPair(before, after);
  return html`<details class="plans"><summary>Plans before and after, ${about.word}</summary>
<div class="plan-pair">
${planColumn("Before", text.before, `Plan before, statement ${about.family}`)}
${planColumn("After", text.after, `Plan after, statement ${about.family}`)}
</div>
<p class="viewer-buttons"><button type="button" class="view-plan" data-plan="before">Draw the plan before</button> <button type="button" class="view-plan" data-plan="after">Draw the plan after</button> <span class="note">drawn by pev2</span></p>
<script type="application/json" class="plan-data">${trusted(jsonText({ before: planSource(before), after: planSource(after) }))}</script>
</details>`;
}

function planColumn(title: string, text: Markup, label: string): Markup {
  return html`<div><h5>${title}</h5><pre class="plan" tabindex="0" role="region" aria-label="${label}">${text}</pre></div>`;
}
