import type { Finding, Report } from "../domain/report.ts";
import type { Review, ReviewedStatement } from "../domain/review.ts";
import { grouped } from "../domain/units.ts";
import { durationInWords, heldFor, notableLocks, placeInWords, waitersInWords, workLines } from "./review-wording.ts";
import { excerpt, markdownCode, markdownText } from "./safe-text.ts";

const shownRows = 25;

export const levelIcons = { error: "🛑", warning: "⚠️", note: "ℹ️" } as const;
export const levelOrder = ["error", "warning", "note"] as const;

/** One row a statement that has a finding, in the order they run; where there are too many, the worst are kept. "" for none. */
export function statementTable(report: Report, review: Review): string {
  const rows = review.statements.flatMap((statement) => {
    const level = worstOf(statement, report.findings);
    return level === null ? [] : [{ statement, level }];
  });
  if (rows.length === 0) return "";
  const kept = new Set(rows.toSorted((a, b) => levelOrder.indexOf(a.level) - levelOrder.indexOf(b.level)).slice(0, shownRows));
  const lines = rows
    .filter((row) => kept.has(row))
    .map(({ statement, level }) => [
      levelIcons[level],
      `${markdownCode(excerpt(statement.sql, 70), "cell")}<br>${markdownCode(placeInWords(statement.place), "cell")}`,
      lockCell(statement),
      workCell(statement),
    ]);
  return `${markdownTable(["", "Statement", "Locks, and who waits", "Work meanwhile"], lines)}${more(rows.length - kept.size)}`;
}

function worstOf(statement: ReviewedStatement, findings: readonly Finding[]): Finding["severity"] | null {
  const own = findings.filter((each) => statement.findings.includes(each.id)).map((each) => each.severity);
  return levelOrder.find((level) => own.includes(level)) ?? null;
}

function lockCell(statement: ReviewedStatement): string {
  const locks = notableLocks(statement).map((lock) => `${lock.mode} on ${markdownCode(lock.relation, "cell")}`);
  const waiters = waitersInWords(statement);
  return [...locks, ...(waiters === "" ? [] : [`${markdownText(waiters)} wait`])].join("<br>");
}

function workCell(statement: ReviewedStatement): string {
  const seconds = heldFor(statement);
  return [...workLines(statement), ...(seconds === null ? [] : [durationInWords(seconds)])].map(markdownText).join("<br>");
}

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** `… and 12 more`, or "" when nothing was left out. */
export function more(count: number): string {
  return count > 0 ? `\n\n… and ${grouped(count)} more` : "";
}
