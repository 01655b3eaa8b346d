import type { AppliedAdvice, Cause, Comparison, PlanChange, SizeChange, StatementLine, TimeChange } from "../domain/comparison.ts";
import { readableIdent, readableQualified } from "../domain/identifier.ts";
import { bytes, grouped, milliseconds, percent, plural } from "../domain/units.ts";

/** What changed since the last report, in words that every format prints alike. Texts may come from a database: renderers make them harmless. */
export interface ComparisonPart {
  readonly title: string;
  /** What an operator looks at first, is glad of, or may want to know. */
  readonly tone: "bad" | "good" | "plain";
  readonly lines: readonly ComparisonLine[];
}
export interface ComparisonLine {
  readonly text: string;
  readonly sql: string | null;
  readonly details: readonly string[];
}

const limits = "Limits of this comparison";

/** True when nothing changed; what limits the comparison is no change. */
export function isQuiet(parts: readonly ComparisonPart[]): boolean {
  return parts.every(({ title }) => title === limits);
}

/** Parts that have something to say, the worst first. */
export function comparisonParts({
  statements,
  recommendations,
  findings,
  applied,
  sizes,
  indexes,
  notes,
}: Comparison): readonly ComparisonPart[] {
  const worse = statements.plans.filter(({ verdict }) => verdict === "worse");
  const better = statements.plans.filter(({ verdict }) => verdict === "better");
  const plain = (texts: readonly string[]) => texts.map((text): ComparisonLine => ({ text, sql: null, details: [] }));
  const titles = (lines: readonly { readonly id: string; readonly title: string }[]) =>
    plain(lines.map(({ id, title }) => `${id} ${title}`));
  const server = statements.serverWide;
  const serverText =
    server === null
      ? []
      : [
          `All ${plural(server.statements, "statement")} together took ${times(server.ratio)} their usual time: the machine or its load, not a statement. It is taken out of the comparison below.`,
        ];
  const parts: ComparisonPart[] = [
    { title: "The server as a whole", tone: server !== null && server.ratio > 1 ? "bad" : "plain", lines: plain(serverText) },
    { title: "Slower statements", tone: "bad", lines: statements.slower.map(timeLine) },
    { title: "Plans that got worse, estimated", tone: "bad", lines: worse.map(planLine) },
    { title: "Bloat and growth", tone: "bad", lines: sizes.map(sizeLine) },
    { title: "Advice that was followed", tone: "good", lines: applied.map(appliedLine) },
    { title: "Faster statements", tone: "good", lines: statements.faster.map(timeLine) },
    { title: "Plans that got better, estimated", tone: "good", lines: better.map(planLine) },
    { title: "New statements", tone: "plain", lines: statements.new.map(statementLine) },
    { title: "Statements no longer called", tone: "plain", lines: statements.gone.map(statementLine) },
    { title: "New recommendations", tone: "plain", lines: titles(recommendations.new) },
    { title: "Recommendations no longer made", tone: "plain", lines: titles(recommendations.gone) },
    { title: "New findings", tone: "plain", lines: titles(findings.new) },
    { title: "Findings that are gone", tone: "plain", lines: titles(findings.gone) },
    { title: "Indexes made", tone: "plain", lines: plain(indexes.made.map(readableQualified)) },
    { title: "Indexes dropped", tone: "plain", lines: plain(indexes.dropped.map(readableQualified)) },
    { title: limits, tone: "plain", lines: plain(notes) },
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}

/** One line on what the comparison stands on. */
export function comparisonBasis({ since, reports, statements }: Comparison): string {
  const judged =
    statements.judged === 0 ? "No statement's time could be judged" : `The time of ${plural(statements.judged, "statement")} was judged`;
  return `Compared with the report of ${moment(since)} and ${plural(reports, "earlier report")} in all. ${judged}.`;
}

function timeLine({ sql, family, ratio, before, now, share, from, isNew, causes, probability }: TimeChange): ComparisonLine {
  const since = from === null ? "" : ` since ${moment(from)}`;
  const still = isNew ? "" : ", known before";
  return {
    text: `${family}: ${milliseconds(now.meanMs)} a call${since}, ${milliseconds(before.meanMs)} before (${times(ratio)}); ${percent(share)} of the time${still}`,
    sql,
    details: [
      `${plural(now.intervals, "interval")} with ${plural(now.calls, "call")} against ${grouped(before.intervals)} with ${grouped(before.calls)}; by chance ${chance(probability)}.`,
      ...causes.map(causeText),
    ],
  };
}

function chance(probability: number): string {
  return probability < 1e-9 ? "less than once in a billion cases" : `once in ${grouped(1 / probability)} cases`;
}

function causeText(cause: Cause): string {
  switch (cause.kind) {
    case "plan":
      return `With it the plan changed: ${cause.before} → ${cause.after}.`;
    case "index-made":
      return `With it index ${readableIdent(cause.index.name)} was made on ${readableQualified(cause.relation)}.`;
    case "index-dropped":
      return `With it index ${readableIdent(cause.index.name)} of ${readableQualified(cause.relation)} was dropped.`;
    case "growth":
      return `${readableQualified(cause.relation)} has ${times(cause.ratio)} the rows.`;
    case "bloat":
      return `${readableQualified(cause.relation)} is bloated: ${bytes(cause.emptyBytes)} are empty.`;
    case "rows":
      return `A call returns ${times(cause.ratio)} the rows.`;
    case "blocks":
      return `A call reads ${times(cause.ratio)} the blocks.`;
    case "same-work":
      return "It reads as many blocks as before: rather than to do more it seems to wait, for the disk, the processor or a lock.";
    default:
      return cause satisfies never;
  }
}

function planLine({ sql, family, before, after, costRatio }: PlanChange): ComparisonLine {
  return { text: `${family}: ${times(costRatio)} the cost`, sql, details: [`${before} → ${after}`] };
}

function sizeLine({
  relation,
  index,
  kind,
  bytesBefore,
  bytesNow,
  rowsBefore,
  rowsNow,
  emptyBytes,
  from,
  isNew,
}: SizeChange): ComparisonLine {
  const name = index === null ? readableQualified(relation) : `${readableIdent(index)} of ${readableQualified(relation)}`;
  const rows = rowsBefore === null || rowsNow === null ? "" : `, rows ${grouped(rowsBefore)} → ${grouped(rowsNow)}`;
  const empty = emptyBytes === null ? "" : `; ${bytes(emptyBytes)} of it empty, by its statistics`;
  return {
    text: `${name}: ${kind === "bloat" ? "bloated" : "grew more than its rows"}, ${bytes(bytesBefore)} → ${bytes(bytesNow)}${rows} since ${moment(from)}${empty}${isNew ? "" : ", known before"}`,
    sql: null,
    details: [],
  };
}

function appliedLine({
  id,
  title,
  as,
  between,
  predictedRatio,
  observedRatio,
  savedMsPerDay,
  statements,
  verdict,
  isNew,
}: AppliedAdvice): ComparisonLine {
  const name = as === null ? "" : ` as ${as}`;
  const saved = savedMsPerDay === null || savedMsPerDay <= 0 ? "" : `, ${milliseconds(savedMsPerDay)} a day`;
  const figures =
    predictedRatio === null || observedRatio === null
      ? []
      : [
          `Promised ${saving(predictedRatio)} of the time of ${plural(statements, "statement")}, by cost; seen ${saving(observedRatio)}${saved}.`,
        ];
  return {
    text: `${id} ${title}: done${name} between ${moment(between[0])} and ${moment(between[1])}; ${verdictWords[verdict]}${isNew ? "" : ", known before"}`,
    sql: null,
    details: figures,
  };
}

const verdictWords: Readonly<Record<AppliedAdvice["verdict"], string>> = {
  paid: "it paid as promised",
  less: "it paid less than promised",
  nothing: "it made no difference",
  worse: "its statements take longer than before",
  unknown: "too early to say whether it paid",
};

function saving(ratio: number): string {
  return ratio <= 1 ? `${percent(1 - ratio)} less` : `${percent(ratio - 1)} more`;
}

function statementLine({ family, sql, share, calls, meanMs }: StatementLine): ComparisonLine {
  const mean = meanMs === null ? "" : `, ${milliseconds(meanMs)} a call`;
  return { text: `${family}: ${percent(share)} of the time, ${plural(calls, "call")}${mean}`, sql, details: [] };
}

function times(ratio: number): string {
  return `${ratio >= 10 ? grouped(ratio) : ratio < 0.1 && ratio > 0 ? ratio.toPrecision(1) : ratio.toFixed(2)} ×`;
}

function moment(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
