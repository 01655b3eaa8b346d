import { readableQualified } from "../domain/identifier.ts";
import type { LockMode } from "../domain/postgres.ts";
import type { Finding, Report } from "../domain/report.ts";
import type { PlanChange, Review, ReviewedStatement, WorkEstimate } from "../domain/review.ts";
import type { RelationLock } from "../domain/schema-change.ts";
import { bytes, change, cost, grouped, plural } from "../domain/units.ts";
import { oneLine } from "./safe-text.ts";

/** `AccessExclusiveLock` → `ACCESS EXCLUSIVE`, as the manual writes it. */
export function lockWords(mode: LockMode): string {
  return mode
    .replace(/Lock$/, "")
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase();
}

const levels = ["error", "warning", "note"] as const;

/** `2 errors, 1 warning`; null when there is nothing. */
export function countsInWords(findings: readonly Finding[]): string | null {
  const counts = levels.flatMap((level) => {
    const count = findings.filter((each) => each.severity === level).length;
    return count === 0 ? [] : [plural(count, level)];
  });
  return counts.length === 0 ? null : counts.join(", ");
}

/** What was looked at: `4 statements of 2 new migrations, for PostgreSQL 15`. */
export function scopeInWords(review: Review): string {
  const files = review.files.filter((file) => file.isNew);
  const statements = files.reduce((sum, file) => sum + file.statementCount, 0);
  return `${plural(statements, "statement")} of ${plural(files.length, "new migration")}, for PostgreSQL ${review.postgres}`;
}

/** `0.4 s to 3.5 s`, with two digits at most. */
export function durationInWords({ low, high }: { readonly low: number; readonly high: number }): string {
  if (high < 0.1) return "less than 0.1 s";
  if (low < 0.05) return `up to ${secondsInWords(high)}`;
  return `${secondsInWords(low)} to ${secondsInWords(high)}`;
}

function secondsInWords(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

const workWords: Readonly<Record<WorkEstimate["kind"], string>> = {
  scan: "scan",
  "foreign-key-check": "foreign-key check",
  "index-build": "index build",
  rewrite: "rewrite",
  update: "update of rows",
};

/** `rewrite of public.orders (1.2 GB, 3,000,000 rows)`. */
function workInWords(work: WorkEstimate): string {
  const size = work.bytes === null ? "" : ` (${bytes(work.bytes)}${work.rows === null ? "" : `, ${plural(work.rows, "row")}`})`;
  return `${workWords[work.kind]} of ${readableQualified(work.relation)}${size}`;
}

/** The sum of a statement's work, or null when a part of it has no figure. */
export function heldFor(statement: ReviewedStatement): { readonly low: number; readonly high: number } | null {
  const seconds = statement.work.map((work) => work.seconds);
  if (seconds.length === 0 || seconds.includes(null)) return null;
  return seconds.reduce<{ low: number; high: number }>(
    (sum, each) => ({ low: sum.low + (each?.low ?? 0), high: sum.high + (each?.high ?? 0) }),
    { low: 0, high: 0 },
  );
}

/** Who waits behind its locks: `readers and writers, 41 statements a second`. */
export function waitersInWords(statement: ReviewedStatement): string {
  const modes = statement.locks.map((lock) => lock.mode);
  const who = modes.includes("AccessExclusiveLock")
    ? "readers and writers"
    : modes.some((mode) => ["ShareLock", "ShareRowExclusiveLock", "ExclusiveLock"].includes(mode))
      ? "writers"
      : null;
  if (who === null) return "";
  const rate = statement.queuedPerSecond;
  if (rate === null) return who;
  return `${who}: ${rateInWords(rate)} a second`;
}

function rateInWords(rate: number): string {
  if (rate < 0.05) return "less than 0.1 statements";
  return `${rate >= 10 ? grouped(rate) : rate.toFixed(1)} statements`;
}

/** `workInWords` of each kind of work and relation once, with its number. */
export function workLines(statement: ReviewedStatement): string[] {
  const counts = new Map<string, number>();
  for (const work of statement.work) counts.set(workInWords(work), (counts.get(workInWords(work)) ?? 0) + 1);
  return [...counts].map(([words, count]) => (count === 1 ? words : `${count} times ${words}`));
}

/** Locks that make somebody wait, by relation. */
export function notableLocks(statement: ReviewedStatement): readonly { readonly relation: string; readonly mode: string }[] {
  const harmless: readonly LockMode[] = ["AccessShareLock", "RowShareLock", "RowExclusiveLock"];
  return statement.locks
    .filter((lock) => !harmless.includes(lock.mode))
    .map((lock) => ({ relation: readableQualified(lock.relation), mode: lockWords(lock.mode) }));
}

/** `ACCESS EXCLUSIVE on public.orders`. */
export function lockedInWords({ relation, mode }: RelationLock): string {
  return `${lockWords(mode)} on ${readableQualified(relation)}`;
}

/** `cost 8.46 → 4,321.00 (+51,000 %, estimated)`, or what PostgreSQL says. */
export function planChangeInWords(each: PlanChange): string {
  if (each.error) return `${oneLine(each.error.message)} (SQLSTATE ${each.error.sqlState})`;
  const before = each.costBefore ?? 0;
  const after = each.costAfter ?? 0;
  const analyzed = each.costAfterAnalyze === null ? "" : `; ${cost(each.costAfterAnalyze)} after ANALYZE`;
  return `${cost(before)} → ${cost(after)} (${change(before, after)})${analyzed}`;
}

export function placeInWords(place: Finding["place"]): string {
  return place === null ? "" : `${place.file}:${place.line}`;
}

/** The review of a report; an audit's has none and is a caller's mistake. */
export function reviewOf(report: Report): Review {
  if (report.review) return report.review;
  throw new Error("this report is not of a review"); // a bug: the command that renders it has made it
}
