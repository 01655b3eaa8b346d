import { groupBy } from "../domain/group-by.ts";
import { relationKey } from "../domain/postgres.ts";
import type { FamilySummary, Report } from "../domain/report.ts";

/** One statement through the reports; null where a report does not list it. */
export interface Track {
  readonly points: readonly (FamilySummary | null)[];
}

/**
 * Every statement of the reports (oldest first) with its place in each. A family's id may change from report to report where one
 * fingerprint has several texts, so that those are told apart by their relations and their text, comments and blanks left out. The order
 * is that of first appearance: the tracks of fewer reports are the beginning of those of more.
 */
export function trackStatements(reports: readonly Pick<Report, "families">[]): readonly Track[] {
  const tracks: Growing[] = [];
  const byFingerprint = new Map<string, Growing[]>();
  for (const [position, { families }] of reports.entries()) {
    for (const [fingerprint, own] of groupByFingerprint(families)) {
      const known = byFingerprint.get(fingerprint) ?? [];
      byFingerprint.set(fingerprint, known);
      const free = new Set(known);
      const place = (family: FamilySummary, isSame: (a: FamilySummary, b: FamilySummary) => boolean) => {
        for (const track of free) {
          if (!isSame(track.last, family)) continue;
          free.delete(track);
          track.points[position] = family;
          track.last = family;
          return true;
        }
        return false;
      };
      for (const family of own.filter((each) => !place(each, isSameText))) {
        if (place(family, overSameRelations)) continue;
        const points = reports.map((_, at) => (at === position ? family : null));
        const made = { points, last: family };
        known.push(made);
        tracks.push(made);
      }
    }
  }
  return tracks;
}

interface Growing {
  readonly points: (FamilySummary | null)[];
  last: FamilySummary;
}

/** The last report's view of the statement that is not null. */
export function lastOf(points: readonly (FamilySummary | null)[]): FamilySummary {
  return points.findLast((point) => point !== null)!; // a track begins with a family
}

function groupByFingerprint(families: readonly FamilySummary[]): Map<string, FamilySummary[]> {
  const groups = groupBy(families, ({ fingerprint }) => fingerprint);
  for (const alike of groups.values()) if (alike.length > 1) alike.sort((a, b) => b.share - a.share || (a.id < b.id ? -1 : 1));
  return groups;
}

function isSameText(a: FamilySummary, b: FamilySummary): boolean {
  return a.sql === b.sql || (overSameRelations(a, b) && bareText(a.sql) === bareText(b.sql));
}

/** Names with other numbers have one fingerprint: `events_10` is another statement than `events_11`. */
function overSameRelations(a: FamilySummary, b: FamilySummary): boolean {
  if (a.relations === undefined || b.relations === undefined) return true;
  return a.relations.map(relationKey).join() === b.relations.map(relationKey).join();
}

/** Good enough to compare two texts of one fingerprint: a quote that holds a comment's marks is cut in both alike. */
function bareText(sql: string): string {
  return sql
    .replaceAll(/\/\*[\s\S]*?\*\//g, " ")
    .replaceAll(/--[^\n]*/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
