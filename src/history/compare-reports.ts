import type { Comparison, StatementLevels, TimeChange } from "../domain/comparison.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Report } from "../domain/report.ts";
import { findingChanges, recommendationChanges } from "./advice-changes.ts";
import { appliedAdvice } from "./applied-advice.ts";
import { arrivals, resetTime } from "./arrivals.ts";
import { causesOf } from "./causes.ts";
import { type History, historyOf, historyUntil } from "./history.ts";
import { planChanges, samePlanner } from "./plan-changes.ts";
import { sizeChanges } from "./size-changes.ts";
import { type FoundChange, timeChanges } from "./time-changes.ts";

/** Earlier reports that a comparison uses: two weeks of one every six hours. */
export const historyReports = 60;

/**
 * What changed between a report and the one before it, judged by all earlier reports of the same database that are given, in any order; null
 * without one. Reports of the same moment count once, and those later than `now` are left out. The same reports give the same comparison.
 */
export function compareReports(earlier: readonly Report[], now: Report): Comparison | null {
  const byTime = new Map(earlier.filter((each) => each.generatedAt < now.generatedAt).map((each) => [each.generatedAt, each]));
  const reports = [...[...byTime.values()].toSorted((a, b) => (a.generatedAt < b.generatedAt ? -1 : 1)).slice(-historyReports), now];
  const before = reports.at(-2);
  if (!before) return null;
  const history = historyOf(reports);
  const times = timeChanges(history);
  // What the report before would have said: its tracks are the first of these.
  const then = timeChanges(historyUntil(history, reports.length - 1));
  const sizes = sizeChanges(reports);
  const applied = appliedAdvice(history, reports);
  const withCauses = (found: readonly FoundChange[], known: readonly FoundChange[]) => {
    const old = new Set(known.map(({ track }) => track));
    return found.map((each): TimeChange => {
      const { track, history: _history, recent: _recent, ...change } = each;
      return { ...change, isNew: !old.has(track), causes: causesOf(each, history.tracks[track]!, { reports, sizes }) };
    });
  };
  return {
    since: before.generatedAt,
    reports: reports.length - 1,
    statements: {
      ...arrivals(history),
      slower: withCauses(times.slower, then.slower),
      faster: withCauses(times.faster, then.faster),
      plans: planChanges(history.tracks, reports),
      serverWide: times.serverWide,
      judged: times.judged,
      levels: levelsOf(history, new Set([...times.slower, ...times.faster].map(({ track }) => track))),
    },
    recommendations: recommendationChanges(before, now, new Set(applied.map(({ id }) => id))),
    findings: findingChanges(before, now),
    applied,
    sizes,
    indexes: indexChanges(before, now),
    notes: notesOf(before, now, history),
  };
}

/** Reports whose intervals are drawn, and statements beside those that changed. */
const drawn = { reports: 30, statements: 20 };

function levelsOf({ reports, tracks, intervals }: History, changed: ReadonlySet<number>): StatementLevels[] {
  const last = reports.length - 1;
  const first = Math.max(0, reports.length - drawn.reports);
  const largest = tracks
    .flatMap(({ points }, track) => (points[last] ? [{ track, family: points[last] }] : []))
    .toSorted((a, b) => b.family.share - a.family.share || (a.family.id < b.family.id ? -1 : 1));
  return largest
    .filter(({ track }, position) => position < drawn.statements || changed.has(track))
    .map(({ track, family }) => ({
      family: family.id,
      meanMs: reports.slice(first).map((_, position) => {
        const interval = intervals[track]!.find(({ report }) => report === first + position);
        return interval && interval.calls > 0 ? interval.totalMs / interval.calls : null;
      }),
    }))
    .filter(({ meanMs }) => meanMs.filter((mean) => mean !== null).length > 1);
}

function indexChanges(before: Report, now: Report): Comparison["indexes"] {
  const was = new Map((before.state?.relations ?? []).map((each) => [relationKey(each), each]));
  const made: RelationName[] = [];
  const dropped: RelationName[] = [];
  for (const { schema, name, indexes } of now.state?.relations ?? []) {
    const then = was.get(relationKey({ schema, name }))?.indexes;
    if (!then) continue;
    made.push(...indexes.filter(({ key }) => !then.some((each) => each.key === key)).map((index) => ({ schema, name: index.name })));
    dropped.push(...then.filter(({ key }) => !indexes.some((each) => each.key === key)).map((index) => ({ schema, name: index.name })));
  }
  return { made, dropped };
}

function notesOf(before: Report, now: Report, history: History): string[] {
  const notes: string[] = [];
  const reset = resetTime(history);
  if (reset !== null) notes.push(`The counters were reset at ${reset.slice(0, 16).replace("T", " ")} UTC; they are read from there.`);
  if (before.state && now.state && !samePlanner(before, now))
    notes.push("The two reports were planned by different planners: their plans are not compared.");
  if (!before.state || !now.state) notes.push("A report of an older version has no plans, sizes and counters to compare.");
  if (now.partial !== null || before.partial !== null)
    notes.push("A report was cut short: recommendations that are missing from it are not called gone.");
  if (history.intervals.every((own) => own.length === 0))
    notes.push("The statements come from a file or a log, which has no counters: their times are not compared.");
  return notes;
}
