import type { Rejection } from "../../domain/report.ts";
import { cost, grouped, plural } from "../../domain/units.ts";
import { refusedLikeText } from "../like-wording.ts";
import { excerpt } from "../safe-text.ts";
import { splitReason, titledGroups } from "../wording.ts";
import { html, type Markup } from "./markup.ts";
import { type PageContext, withLinks } from "./page-context.ts";
import { cut, type Section, table } from "./pieces.ts";

/** Rows of one group; JSON has all of it. */
const shown = 200;

/** What was tried and not chosen, by the class of its reason. */
export function refusedSection(context: PageContext): Section | null {
  const { rejected } = context.report;
  if (rejected.length === 0) return null;
  const groups = titledGroups(rejected, (each) => splitReason(each.reason).head);
  const content = html`<p>Each was tried, or cannot be. A refusal is a result: the reason says what stood against it.<span class="on-paper"> Which ones: on the page itself.</span></p>
${groups.map(
  (group) => html`<details class="screen"><summary>${group.title} <span class="count">${grouped(group.members.length)}</span></summary>
${table(
  group.title,
  [{ title: "Candidate" }, { title: "Why not" }, { title: "Alone, cost per call, estimated" }],
  mostFirst(group.members, context)
    .slice(0, shown)
    .map((each) => [html`<code>${cut(each.sql, 500)}</code>`, why(each, context), alone(each, context)]),
)}${rest(group.members.length)}</details>
`,
)}`;
  return { id: "refused", title: `Refused: ${plural(rejected.length, "candidate")}`, content };
}

function why(each: Rejection, context: PageContext): Markup {
  const { detail } = splitReason(each.reason);
  const words = withLinks(detail === "" ? each.reason : detail, context);
  return each.likeCase ? html`${words} <span class="note">${refusedLikeText(each.likeCase)}</span>` : words;
}

/** Those first that would have saved most, so that of a long list the rest is what nobody misses. */
function mostFirst(members: readonly Rejection[], { families }: PageContext): Rejection[] {
  const weighed = members.map((each) => {
    const saved = gainsOf(each).map(({ family, costBefore, costAfter }) => (families.get(family)?.calls ?? 0) * (costBefore - costAfter));
    return { each, saved: Math.max(0, ...saved) };
  });
  return weighed.toSorted((a, b) => b.saved - a.saved || (a.each.sql < b.each.sql ? -1 : 1)).map(({ each }) => each);
}

/** What the candidate does by itself for each statement, a call of typical values. */
function gainsOf({ proofs }: Rejection) {
  return proofs.flatMap(({ family, outcome }) => {
    const [typical] = outcome.kind === "estimated" ? outcome.bindings : [];
    return typical === undefined ? [] : [{ family, ...typical }];
  });
}

/** What the candidate would have done by itself, for the statement that gains most. */
function alone(each: Rejection, context: PageContext): Markup | string {
  const best = gainsOf(each).toSorted((a, b) => b.costBefore - b.costAfter - (a.costBefore - a.costAfter))[0];
  if (best === undefined) return "–";
  return html`<span class="number">${cost(best.costBefore)} → ${cost(best.costAfter)}</span> <span class="note number">${withLinks(best.family, context)}</span>`;
}

function rest(count: number): Markup | null {
  return count > shown ? html`<p class="more">… and ${grouped(count - shown)} more (--format json lists all)</p>` : null;
}

/** Statements that were not looked at, and things not known, each with its reason. */
export function skippedSection({ report }: PageContext): Section | null {
  const { skipped } = report;
  if (skipped.length === 0) return null;
  const content = html`${table(
    "Statements left out",
    [{ title: "Statement" }, { title: "Calls", numeric: true }, { title: "Why" }],
    skipped
      .slice(0, shown)
      .map((each) => [
        html`<code>${excerpt(each.sql, 300)}</code>${each.place === null ? null : html` <span class="note">${each.place}</span>`}`,
        grouped(each.calls),
        html`<strong>${each.reason}</strong>: ${each.detail}`,
      ]),
  )}${rest(skipped.length)}`;
  return { id: "skipped", title: `Skipped: ${plural(skipped.length, "statement")}`, content };
}

export function gapsSection({ report }: PageContext): Section | null {
  const { gaps } = report;
  if (gaps.length === 0) return null;
  const content = html`<p>What could not be read, restored or known, and what it costs the advice.</p>
${table(
  "Gaps",
  [{ title: "Area" }, { title: "What" }, { title: "Why" }, { title: "How to mend it" }],
  gaps.map((gap) => [gap.area, gap.what, gap.why, gap.remedy === null ? "–" : html`<code>${gap.remedy}</code>`]),
)}`;
  return { id: "gaps", title: `Gaps: ${plural(gaps.length, "thing")} not known`, content };
}

export function findingsSection(context: PageContext): Section | null {
  const { findings } = context.report;
  if (findings.length === 0) return null;
  const content = html`${findings.map(
    (finding) => html`<article class="finding ${finding.severity}-level">
<h3><span class="severity">${finding.severity}</span> ${finding.title ?? finding.rule}</h3>
<p class="lead"><code>${finding.id}</code> <code>${finding.rule}</code>${finding.place === null ? null : html` at <code>${finding.place.file}:${finding.place.line}</code>`}</p>
<p>${withLinks(finding.message, context)}</p>${finding.help === undefined ? null : html`<p>${finding.help}</p>`}
${finding.safer.length === 0 ? null : html`<pre class="sql"><code>${finding.safer.map((sql) => `${sql};\n`)}</code></pre>`}
</article>
`,
  )}`;
  return { id: "findings", title: plural(findings.length, "finding"), content };
}
