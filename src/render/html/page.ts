import type { Report } from "../../domain/report.ts";
import { grouped } from "../../domain/units.ts";
import { heading } from "../wording.ts";
import type { Assets } from "./assets.ts";
import { comparisonSection } from "./comparison.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import { historySection } from "./history.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { type PageRoom, pageContext } from "./page-context.ts";
import { paretoSection } from "./pareto-chart.ts";
import { patternsSection } from "./patterns.ts";
import { type Section, sectionMarkup } from "./pieces.ts";
import { recommendationsSection } from "./recommendations.ts";
import { findingsSection, gapsSection, refusedSection, skippedSection } from "./refused.ts";
import { statementsSection } from "./statements.ts";
import { summarySection } from "./summary.ts";
import { timeSection } from "./time-chart.ts";
import { tuningSection } from "./tuning.ts";

/** The whole document, with the statements and plans that `room` allows. */
export function page(report: Report, assets: Assets, room: PageRoom): string {
  const context = pageContext(report, room);
  const sections = [
    summarySection(context),
    comparisonSection(context),
    timeSection(context),
    historySection(context),
    patternsSection(context),
    paretoSection(context),
    recommendationsSection(context),
    tuningSection(context),
    findingsSection(context),
    statementsSection(context),
    refusedSection(context),
    skippedSection(context),
    gapsSection(context),
  ].filter((section) => section !== null);
  const title = `Plansmith: ${heading(report)}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(assets)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="plansmith ${report.advisorVersion}">
<title>${title}</title>
<style>${trusted(assets.reportStyle)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${header(report)}
<div class="layout">
${contents(sections, report)}
<main id="main" tabindex="-1">
${sections.map(sectionMarkup)}
</main>
</div>
${footer(report)}
<div id="announcer" class="unseen" role="status" aria-live="polite"></div>
${room.plans.size > 0 ? viewerMarkup(assets) : null}
<script>${trusted(assets.reportScript)}</script>
</body>
</html>
`.markup;
}

/** The viewer's code stands in the page as text and runs only in the frame that shows a plan. */
export function viewerMarkup(assets: Assets): Markup {
  return html`<script type="text/plain" id="viewer-style">${trusted(assets.viewerStyle)}</script>
<script type="text/plain" id="viewer-script">${trusted(assets.viewerScript)}</script>`;
}

function policy(assets: Assets): string {
  return contentSecurityPolicy([assets.reportScript, assets.viewerScript], [assets.reportStyle, assets.viewerStyle]);
}

function header(report: Report): Markup {
  return html`<header class="top">
<p class="name">Plansmith <span>${report.advisorVersion}</span></p>
<h1>${heading(report)}</h1>
<p class="when"><time datetime="${report.generatedAt}">${report.generatedAt.slice(0, 16).replace("T", " ")} UTC</time></p>
<button type="button" id="theme" hidden>Dark</button>
</header>`;
}

function contents(sections: readonly Section[], report: Report): Markup {
  return html`<nav class="contents" aria-label="Contents"><ol>${sections.map(
    ({ id, title }) => html`<li><a href="#${id}">${title}</a>${
      id === "recommendations"
        ? html`<ol>${report.recommendations.map((each, position) => html`<li><a href="#r-${each.id}"><span class="position">${position + 1}</span> ${each.title}</a></li>`)}</ol>`
        : null
    }</li>
`,
  )}</ol></nav>`;
}

function footer(report: Report): Markup {
  const isTimed = report.recommendations.some((each) => each.proofs.some((proof) => proof.outcome.kind === "measured"));
  return html`<footer>
<p><strong>Estimated</strong>: the planner's cost, in its own units (1 is one sequential page read), not milliseconds. <strong>Measured</strong>: executed on a copy, in milliseconds. <strong>Unproved</strong>: neither.</p>
<p>${isTimed ? "What was made on the copy is dropped. Production was not changed." : "Nothing was executed and nothing was changed."} ${grouped(report.summary.planCount)} plans were made. This file needs no network and asks for none.</p>
</footer>`;
}
