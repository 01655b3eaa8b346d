import { groupBy } from "../domain/group-by.ts";
import type { PlanDoubt } from "../domain/plan.ts";
import type { FamilyEffect, Recommendation, RewriteEvidence } from "../domain/recommendation.ts";
import type { FamilySummary, Report } from "../domain/report.ts";
import { bytes, change, cost, grouped, milliseconds, percent, plural, ratio } from "../domain/units.ts";
import { agentText } from "./agent-wording.ts";

/** What both readable formats say, in the same words and the same order. Text still to be escaped. */

export function heading(report: Report): string {
  const { server } = report;
  if (server === null) return "no server";
  const size = server.databaseBytes === null ? "" : `, ${bytes(server.databaseBytes)}`;
  return `${server.database} on PostgreSQL ${versionText(server.versionNumber)}${size}${server.standby ? ", standby" : ""}`;
}

/** 150006 → 15.6. */
function versionText(versionNumber: number): string {
  return `${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`;
}

/** Said in place of recommendations when there are none. */
export function nothingRecommended(report: Report): string {
  if (report.partial !== null) return "The run stopped before anything could be recommended: run it again to its end.";
  return report.summary.candidateCount === 0
    ? "No rule found an index worth trying."
    : "Nothing tried was proved to be worth its price. The reasons follow.";
}

/** Label and text of each line of the summary. */
export function summaryRows(report: Report): (readonly [label: string, text: string])[] {
  const { summary } = report;
  const noAdvice = report.families.filter((family) => family.noAdvice !== null).length;
  const rows: (readonly [string, string])[] = [
    [
      "Workload",
      `${plural(summary.statementCount, "statement")} over ${plural(summary.relationCount, "relation")}` +
        `${noAdvice > 0 ? `; ${grouped(noAdvice)} without advice` : ""}${report.skipped.length > 0 ? `; ${grouped(report.skipped.length)} skipped` : ""}`,
    ],
    [
      "Tried",
      `${plural(summary.candidateCount, "candidate")} in ${plural(summary.planCount, "plan")}; ` +
        `${grouped(report.recommendations.length)} recommended, ${grouped(report.rejected.length)} refused`,
    ],
  ];
  if (summary.costBefore > 0)
    rows.push([
      "Cost",
      `${cost(summary.costBefore)} → ${cost(summary.costAfter)} (${change(summary.costBefore, summary.costAfter)}), estimated: planner cost × calls, all recommendations in place`,
    ]);
  if (report.recommendations.length > 0) {
    rows.push(["Statement", `${ratio(summary.geometricMeanRatio)} of its cost in the geometric mean`]);
    if (isTimed(report)) rows.push(["Weighted", `${change(1, summary.weightedRatio)} with each statement weighed by its measured time`]);
    rows.push(["Size", sizeText(report)]);
  }
  if (report.agent) rows.push(["Model", agentText(report.agent)]);
  return rows;
}

/** True where the server has told the time of statements: their shares and weights are by it, else by calls. */
export function isTimed({ families }: Report): boolean {
  return families.some(({ meanTimeMs }) => meanTimeMs !== null);
}

function sizeText(report: Report): string {
  const created = report.recommendations.filter((each) => each.candidate.change.kind === "create-index");
  const dropped = report.recommendations.filter((each) => each.candidate.change.kind === "drop-index");
  const total = (some: readonly Recommendation[]) => some.reduce((sum, each) => sum + Math.abs(each.price.indexBytes), 0);
  const whole = report.server?.databaseBytes ?? 0;
  const share = whole > 0 ? ` (${percent(total(created) / whole)} of the database)` : "";
  const words = [
    ...(created.length > 0 ? [`+${bytes(total(created))} in ${plural(created.length, "new index", "new indexes")}${share}`] : []),
    ...(dropped.length > 0 ? [`−${bytes(total(dropped))} in ${plural(dropped.length, "dropped index", "dropped indexes")}`] : []),
  ];
  return words.length > 0 ? words.join(", ") : "no index made or dropped";
}

/** `saves 41.2 % of the workload's cost, estimated`: what would be lost without it, the other recommendations in place. */
export function benefitText(recommendation: Recommendation): string {
  const { benefit, basis, candidate, price } = recommendation;
  if (candidate.change.kind === "drop-index") return `frees ${bytes(Math.abs(price.indexBytes))}, proof ${basis}`;
  const saved = benefit.timeSavedMsPerDay;
  const time = saved === null ? "" : `; ${milliseconds(Math.abs(saved))} per day ${saved < 0 ? "lost" : "saved"}, measured`;
  return `saves ${percent(benefit.shareOfWorkload)} of the workload's cost, estimated${time}`;
}

/** What a statement took on the copy, or why nobody knows; null when nothing was to be measured. Never mixed with planner cost. */
export function measuredText({ proofs }: Recommendation, family: string): string | null {
  const outcome = proofs.find((proof) => proof.family === family && proof.backend === "copy")?.outcome;
  if (outcome?.kind === "inconclusive") return `not measured: ${outcome.detail}`;
  if (outcome?.kind !== "measured") return null;
  const { before, after } = outcome;
  const times = `${milliseconds(before.medianMs)} → ${milliseconds(after.medianMs)} (${change(before.medianMs, after.medianMs)})`;
  return `measured on the copy: ${times}, median of ${plural(after.runs, "run")}, ${after.cache} cache`;
}

/** On what a statement and its rewrite agreed. */
export function agreementText(rewrite: RewriteEvidence): string {
  const score =
    rewrite.mutants === null
      ? ""
      : `; these rows tell ${rewrite.mutantsKilled ?? 0} of ${rewrite.mutants} single changes of the statement from it`;
  const rules = rewrite.rules.map((rule) => rule.replace(/^rewrite\//, "")).join(", ");
  const warnings = rewrite.warnings.map((each) => ` Warning: ${each}.`).join("");
  return `proved by rule ${rules}, whose preconditions hold, and by equal results on ${plural(rewrite.databases, "database")} of hostile rows${score}.${warnings}`;
}

export function priceText(recommendation: Recommendation): string {
  const { price, explanation } = recommendation;
  const size = `${price.indexBytes < 0 ? "frees" : "about"} ${bytes(Math.abs(price.indexBytes))}${price.sizeUncertain ? " (uncertain)" : ""}`;
  const writes = price.writesPerDay === null ? "writes per day unknown" : `${grouped(price.writesPerDay)} rows written per day`;
  // The template's text ends with the write cost in words; a model's need not.
  const words = explanation.writtenBy === "template" ? "" : `; ${price.writeCost}`;
  return `${size}; ${price.lock}; ${writes}${words}`;
}

/** Effects, the largest saving first. A drop is proved on every statement of the table: only those it changes are worth a line. */
export function rankedEffects(recommendation: Recommendation, families: ReadonlyMap<string, FamilySummary>): FamilyEffect[] {
  const saved = (effect: FamilyEffect) => (effect.costBefore - effect.costAfter) * (families.get(effect.family)?.calls ?? 1);
  const all = recommendation.benefit.families;
  const shown = recommendation.candidate.change.kind === "drop-index" ? all.filter((each) => each.costBefore !== each.costAfter) : all;
  return shown.toSorted((a, b) => saved(b) - saved(a) || (a.family < b.family ? -1 : 1));
}

export function loadText(family: FamilySummary | undefined): string {
  if (!family) return "";
  const time = family.meanTimeMs === null ? "" : `, ${milliseconds(family.meanTimeMs)} each`;
  return `${plural(family.calls, "call")}${time}, ${percent(family.share)} of the workload`;
}

/** Said only when some binding gains clearly less than the typical one, or loses. */
export function worstText(effect: FamilyEffect): string | null {
  if (effect.worstRatio > 1.0005) return `worst parameter value: ${ratio(effect.worstRatio)} of the cost, which is dearer than today`;
  const typical = effect.costBefore > 0 ? effect.costAfter / effect.costBefore : 1;
  return effect.worstRatio > typical * 1.5 && effect.worstRatio - typical > 0.01
    ? `worst parameter value: ${ratio(effect.worstRatio)} of the cost`
    : null;
}

/** Reasons for doubt to show on one line; JSON has all. */
const shownDoubts = 3;

/** What makes the plans uncertain, in one sentence. */
export function doubtsText(doubts: readonly PlanDoubt[]): string {
  const rest = doubts.length - shownDoubts;
  const words = doubts.slice(0, shownDoubts).map((doubt) => doubt.text);
  return `${words.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}.`;
}

export interface Group<T> {
  readonly title: string;
  readonly members: readonly T[];
}

/** Members under the same title, groups in order of size and then title. */
export function titledGroups<T>(members: readonly T[], titleOf: (member: T) => string): Group<T>[] {
  return [...groupBy(members, titleOf)]
    .map(([title, all]) => ({ title, members: all }))
    .sort((a, b) => b.members.length - a.members.length || (a.title < b.title ? -1 : 1));
}

/** A longer head is a sentence of its own, not a class. */
const longestClass = 70;

/** A reason's class is what stands before its first colon, `Superseded: 3f2a… serves …`; the detail may be empty. */
export function splitReason(reason: string): { readonly head: string; readonly detail: string } {
  const colon = reason.indexOf(": ");
  const head = (colon < 0 ? reason : reason.slice(0, colon)).replace(/\.$/, "");
  if (head.length > longestClass) return { head: "Other reasons", detail: reason };
  return { head, detail: colon < 0 ? "" : reason.slice(colon + 2) };
}
