import type { RefusedAdvice, TuningAdvice, TuningProof } from "../../domain/tuning.ts";
import { grouped, plural } from "../../domain/units.ts";
import { effectText, evidenceText, proofText, subjectText, takesEffectWords, unreadText } from "../tuning-wording.ts";
import { html, type Markup } from "./markup.ts";
import { type PageContext, withLinks } from "./page-context.ts";
import { basis, copyable, type Section, script, table } from "./pieces.ts";

/** What to set, mend or watch on the server, worst first. Null when nobody looked. */
export function tuningSection(context: PageContext): Section | null {
  const { tuning } = context.report;
  if (!tuning) return null;
  const content = html`${tuning.advice.map((advice) => oneAdvice(advice, context))}
${tuning.refused.length > 0 ? refused(tuning.refused, context) : null}
${tuning.unread.length > 0 ? html`<p class="more">${unreadText(tuning.unread)}</p>` : null}`;
  const title = tuning.advice.length === 0 ? "Tuning: nothing to say" : `Tuning: ${plural(tuning.advice.length, "proposal")}`;
  return { id: "tuning", title, content };
}

/** Arithmetic on counters is none of the three. */
const worth: Readonly<Record<TuningProof["kind"], "estimated" | "measured" | "unproved" | null>> = {
  planner: "estimated",
  arithmetic: null,
  measured: "measured",
  unproved: "unproved",
};

function oneAdvice(advice: TuningAdvice, context: PageContext): Markup {
  const { proof } = advice;
  const effect = takesEffectWords[advice.takesEffect];
  return html`<article class="finding ${advice.severity}-level" id="t-${advice.id}" aria-labelledby="t-${advice.id}-title">
<h3 id="t-${advice.id}-title"><span class="severity">${advice.severity}</span> ${advice.title}: ${subjectText(advice.about)}</h3>
<p class="lead"><code>${advice.id}</code> <code>${advice.rule}</code></p>
<p>${withLinks(advice.message, context)}.</p>
${advice.evidence.length > 0 ? html`<p><strong>Evidence:</strong> ${evidenceText(advice.evidence)}</p>` : null}
<p><strong>Proof:</strong> ${proofWords(advice)}</p>
${
  proof.kind === "planner" && proof.effects.length > 0
    ? html`<details><summary>Statements that change most</summary>${table(
        "Statements that change most",
        [{ title: "Statement" }, { title: "Effect" }],
        proof.effects.map((each) => [withLinks(each.family, context), effectText(each, proof.comparable)]),
      )}</details>`
    : null
}
<p><strong>Do:</strong> ${advice.help}.${effect === null ? null : ` ${effect}`}</p>
${advice.apply.length > 0 ? copyable(script(advice.apply), `SQL to apply, ${advice.title}`) : null}
<p class="more"><strong>Not when:</strong> ${advice.leaveAlone}.</p>
${advice.undo.length > 0 ? html`<details class="undo"><summary>Undo</summary>${copyable(script(advice.undo), `SQL to undo, ${advice.title}`)}</details>` : null}
</article>
`;
}

/** The word once: some proofs' text begins with it. */
function proofWords(advice: TuningAdvice): Markup {
  const word = worth[advice.proof.kind];
  const text = proofText(advice);
  if (word === null) return html`${text}`;
  return html`${basis(word)} ${text.startsWith(`${word}: `) ? text.slice(word.length + 2) : text}`;
}

function refused(all: readonly RefusedAdvice[], context: PageContext): Markup {
  return html`<details><summary>Not borne out by its proof <span class="count">${grouped(all.length)}</span></summary>
${table(
  "Tuning advice refused",
  [{ title: "Rule" }, { title: "About" }, { title: "Why not" }],
  all.map((each) => [html`<code>${each.rule}</code>`, subjectText(each.about), withLinks(each.reason, context)]),
)}</details>`;
}
