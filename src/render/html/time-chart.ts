import { groupBy } from "../../domain/group-by.ts";
import type { FamilySummary } from "../../domain/report.ts";
import { change, cost, milliseconds, percent, plural } from "../../domain/units.ts";
import { excerpt } from "../safe-text.ts";
import { isTimed, splitReason } from "../wording.ts";
import { html, type Markup } from "./markup.ts";
import { type PageContext, recommendationLinks } from "./page-context.ts";
import { bar, relationText, type Section, table } from "./pieces.ts";

/** Statements with a bar of their own. */
const shownStatements = 12;

/** Where the workload's time goes: by what becomes of it, by the tables that are read together, by statement. */
export function timeSection(context: PageContext): Section | null {
  const { families } = context.report;
  if (families.length === 0) return null;
  const timed = isTimed(context.report);
  const what = timed ? "time" : "calls";
  const content = html`<p>${
    timed
      ? "Shares of the execution time that the server counted. The dark part of a bar is the planner's cost that the recommendations leave, estimated. The largest bar of a table has its full length."
      : "No time was counted: shares are by calls. The dark part of a bar is the planner's cost that the recommendations leave, estimated. The largest bar of a table has its full length."
  }</p>
${clusterTable("What becomes of it", becoming(context), what)}
${families.some((family) => family.relations !== undefined) ? clusterTable("Tables read together", byTables(families), what) : null}
${statements(context, what)}`;
  return { id: "time", title: timed ? "Where the time goes" : "Where the calls go", content };
}

interface Cluster {
  readonly title: string;
  readonly members: readonly FamilySummary[];
}

function becoming({ report, helpedBy }: PageContext): Cluster[] {
  return clusters(report.families, (family) => {
    if (family.noAdvice === null || helpedBy.has(family.id)) return "Served by a recommendation";
    return splitReason(family.noAdvice).head.replace(/\. .*$/, "");
  });
}

function byTables(families: readonly FamilySummary[]): Cluster[] {
  return clusters(families, (family) => family.relations?.map(relationText).join(", ") || "no table known");
}

/** By their share, the largest first. */
function clusters(families: readonly FamilySummary[], titleOf: (family: FamilySummary) => string): Cluster[] {
  return [...groupBy(families, titleOf)]
    .map(([title, all]) => ({ title, members: all }))
    .sort((a, b) => shareOf(b.members) - shareOf(a.members) || (a.title < b.title ? -1 : 1));
}

function shareOf(members: readonly FamilySummary[]): number {
  return members.reduce((sum, each) => sum + each.share, 0);
}

/** Cost left of a family's cost, 0–1; 1 where nothing was planned. */
function leftOf(family: FamilySummary): number {
  return family.costBefore > 0 ? Math.min(1, family.costAfter / family.costBefore) : 1;
}

function clusterTable(title: string, all: readonly Cluster[], what: string): Markup {
  const shown = all.slice(0, shownStatements);
  const rest = all.slice(shownStatements).flatMap((each) => each.members);
  const largest = Math.max(...all.map((each) => shareOf(each.members)), Number.MIN_VALUE);
  const rows = [...shown, ...(rest.length > 0 ? [{ title: `${plural(all.length - shown.length, "other group")}`, members: rest }] : [])];
  return html`<h3>${title}</h3>
${table(
  `${title}: share of ${what}`,
  [{ title: `Share of ${what}` }, { title: "", numeric: true }, { title, numeric: false }, { title: "Statements", numeric: true }],
  rows.map(({ title: name, members }) => {
    const share = shareOf(members);
    const left = share > 0 ? members.reduce((sum, each) => sum + each.share * leftOf(each), 0) / share : 1;
    return [bar(share / largest, left), percent(share), name, members.length];
  }),
)}`;
}

function statements(context: PageContext, what: string): Markup {
  const { report, helpedBy } = context;
  const ranked = context.listed;
  const shown = ranked.slice(0, shownStatements);
  const largest = Math.max(ranked[0]?.share ?? 0, Number.MIN_VALUE);
  return html`<h3>Statements</h3>
${table(
  `Statements with the largest share of ${what}`,
  [
    { title: `Share of ${what}` },
    { title: "", numeric: true },
    { title: "Statement" },
    { title: "Mean time", numeric: true },
    { title: "Cost per call, estimated", numeric: true },
    { title: "Served by" },
  ],
  shown.map((family) => [
    bar(family.share / largest, leftOf(family)),
    percent(family.share),
    html`<a class="statement" href="#s-${family.id}"><code>${excerpt(family.sql, 90)}</code></a>`,
    family.meanTimeMs === null ? "–" : milliseconds(family.meanTimeMs),
    family.costBefore === family.costAfter
      ? cost(family.costBefore)
      : `${cost(family.costBefore)} → ${cost(family.costAfter)} (${change(family.costBefore, family.costAfter)})`,
    recommendationLinks(helpedBy.get(family.id) ?? [], context),
  ]),
  "stack ranked",
)}
${report.families.length > shown.length ? html`<p class="more">${plural(report.families.length - shown.length, "more statement")} in <a href="#statements">all statements</a>.</p>` : null}`;
}
