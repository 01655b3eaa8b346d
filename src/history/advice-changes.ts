import type { AdviceChanges, AdviceLine } from "../domain/comparison.ts";
import type { Report } from "../domain/report.ts";
import { subjectName } from "../domain/tuning-subject.ts";

/** Recommendations that the last report makes and the one before did not, and the other way round; `done` are ids that somebody followed. */
export function recommendationChanges(before: Report, now: Report, done: ReadonlySet<string>): AdviceChanges {
  const linesOf = ({ recommendations }: Report) => recommendations.map(({ id, title }) => ({ id, title }));
  const changes = changesOf(linesOf(before), linesOf(now));
  // A run that was cut short leaves advice out that still stands.
  const gone = now.partial === null ? changes.gone.filter(({ id }) => !done.has(id)) : [];
  return { ...changes, new: before.partial === null ? changes.new : [], gone };
}

/** The same of findings and of tuning advice; none where one report did not look. */
export function findingChanges(before: Report, now: Report): AdviceChanges {
  const both = before.tuning !== undefined && now.tuning !== undefined;
  const linesOf = ({ findings, tuning }: Report): AdviceLine[] => [
    ...findings.map(({ id, title, message }) => ({ id, title: title ?? message })),
    ...(both ? tuning!.advice.map(({ id, title, about }) => ({ id, title: `${title}: ${subjectName(about)}` })) : []),
  ];
  return changesOf(linesOf(before), linesOf(now));
}

function changesOf(before: readonly AdviceLine[], now: readonly AdviceLine[]): AdviceChanges {
  const had = new Set(before.map(({ id }) => id));
  const has = new Set(now.map(({ id }) => id));
  return {
    new: now.filter(({ id }) => !had.has(id)),
    gone: before.filter(({ id }) => !has.has(id)),
    open: now.filter(({ id }) => had.has(id)).length,
  };
}
