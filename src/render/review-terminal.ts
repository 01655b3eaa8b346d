import pc from "picocolors";
import type { Finding, Report } from "../domain/report.ts";
import type { Review } from "../domain/review.ts";
import { bytes, cost, grouped, plural } from "../domain/units.ts";
import { indent, wrap, wrapSql } from "./layout.ts";
import {
  countsInWords,
  durationInWords,
  heldFor,
  notableLocks,
  placeInWords,
  planChangeInWords,
  reviewOf,
  scopeInWords,
  waitersInWords,
  workLines,
} from "./review-wording.ts";
import { excerpt, oneLine } from "./safe-text.ts";
import type { Page } from "./terminal.ts";

const shown = { changes: 10, list: 20 };

/** A review for a terminal: findings with their evidence, then plans, then what was not looked at. */
export function renderReviewTerminal(report: Report, options: { readonly color: boolean; readonly width: number }): string {
  const page: Page = { paint: pc.createColors(options.color), width: Math.min(110, Math.max(50, options.width)) };
  const review = reviewOf(report);
  const sections = [
    [
      page.paint.bold(`Plansmith ${oneLine(report.advisorVersion)}: ${countsInWords(report.findings) ?? "nothing to say"}`),
      ...wrap(`${scopeInWords(review)}. On ${review.basis.words}.${review.basis.ran ? "" : " Nothing was run."}`, page.width).map(
        page.paint.dim,
      ),
    ],
    ...report.findings.map((each) => findingLines(each, review, page)),
    planLines(review, page),
    addedLines(review, page),
    restLines(report, review, page),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.trimEnd()).join("\n"))
    .join("\n\n")}\n`;
}

function findingLines(each: Finding, review: Review, { paint, width }: Page): string[] {
  const statement = review.statements.find((one) => one.findings.includes(each.id));
  const color = { error: paint.red, warning: paint.yellow, note: paint.cyan }[each.severity];
  const seconds = statement ? heldFor(statement) : null;
  const facts = statement
    ? [
        ...notableLocks(statement).map((lock) => `${lock.mode} on ${lock.relation}${statement.basis === "observed" ? "" : " (predicted)"}`),
        ...workLines(statement),
        ...(seconds === null ? [] : [`takes ${durationInWords(seconds)}, estimated`]),
        ...(waitersInWords(statement) === "" ? [] : [`waiting: ${waitersInWords(statement)}`]),
      ]
    : [];
  return [
    `${paint.bold(color(each.severity))} ${oneLine(placeInWords(each.place))} ${paint.dim(`${each.rule} ${each.id}`)}`,
    ...(statement ? [`  ${paint.dim(excerpt(statement.sql, width - 2))}`] : []),
    ...indent(wrap(each.message, width - 2), 2),
    ...facts.flatMap((fact) => indent(wrap(`· ${fact}`, width - 4), 4)),
    ...(each.help === undefined ? [] : indent(wrap(each.help, width - 2), 2)),
    ...indent(
      each.safer.flatMap((sql) => (sql.startsWith("--") ? [oneLine(sql)] : wrapSql(sql.endsWith(";") ? sql : `${sql};`, width - 4))),
      4,
    ),
  ];
}

function planLines({ workload }: Review, page: Page): string[] {
  if (workload === null || workload.changes.length === 0) return [];
  const changes = workload.changes.slice(0, shown.changes);
  return [
    title(`Known statements: ${plural(workload.changes.length, "plan")} of ${grouped(workload.touchedCount)} change`, page),
    ...changes.flatMap((each) => [
      `${each.effect.padEnd(6)} ${excerpt(each.sql, page.width - 8)}`,
      ...indent(wrap(planChangeInWords(each), page.width - 9), 7).map(page.paint.dim),
    ]),
    ...rest(workload.changes.length - changes.length),
  ];
}

function addedLines({ added }: Review, page: Page): string[] {
  if (added.length === 0) return [];
  return [
    title(`Statements of this change: ${grouped(added.length)}`, page),
    ...added
      .slice(0, shown.list)
      .flatMap((each) => [
        `${oneLine(each.place)}  ${each.cost === null ? oneLine(each.problem ?? "") : `cost ${cost(each.cost)}`}`,
        `  ${page.paint.dim(excerpt(each.sql, page.width - 2))}`,
        ...each.advice.flatMap((index) =>
          indent(wrapSql(`${index.sql};  -- cost ${cost(index.costAfter)}, ${bytes(index.bytes)}`, page.width - 4), 4),
        ),
      ]),
    ...rest(added.length - shown.list),
  ];
}

function restLines(report: Report, review: Review, page: Page): string[] {
  const lines = [
    ...review.notices.map((each) =>
      each.path === null || each.message.startsWith(each.path)
        ? each.message
        : `${each.path}${each.line === null ? "" : `:${each.line}`}: ${each.message}`,
    ),
    ...review.suppressed.map((each) => `accepted ${each.rule} at ${placeInWords(each.place)}: ${each.reason}`),
    ...(review.baselineCount === 0 ? [] : [`${plural(review.baselineCount, "finding")} of the baseline not repeated`]),
    ...report.gaps.map((gap) => `${gap.what}: ${gap.why}`),
    ...(review.durationBasis === null ? [] : [review.durationBasis]),
  ];
  if (lines.length === 0) return [];
  return [
    title("Not looked at, and assumed", page),
    ...lines
      .slice(0, shown.list)
      .flatMap((line) => wrap(`- ${line}`, page.width))
      .map(page.paint.dim),
    ...rest(lines.length - shown.list),
  ];
}

function title(text: string, { paint, width }: Page): string {
  return paint.bold(paint.cyan(`── ${text} ${"─".repeat(Math.max(3, width - text.length - 4))}`));
}

function rest(count: number): string[] {
  return count > 0 ? [`  … and ${grouped(count)} more (--format json lists all)`] : [];
}
