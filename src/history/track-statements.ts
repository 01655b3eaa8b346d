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
  const tracks: (FamilySummary | null)[][] = [];
  const byFingerprint = new Map<string, (FamilySummary | null)[][]>();
  for (const [position, { families }] of reports.entries()) {
    for (const [fingerprint, own] of groupByFingerprint(families)) {
      const known = byFingerprint.get(fingerprint) ?? [];
      byFingerprint.set(fingerprint, known);
      const free = new Set(known);
      const place = (family: FamilySummary, track: (FamilySummary | null)[]) => {
        free.delete(track);
        track[position] = family;
      };
      const left = own.filter((family) => {
        const same = [...free].find((track) => isSameText(lastOf(track), family));
        if (same) place(family, same);
        return !same;
      });
      for (const family of left) {
        const alike = [...free].find((track) => overSameRelations(lastOf(track), family));
        if (alike) {
          place(family, alike);
          continue;
        }
        const made: (FamilySummary | null)[] = reports.map(() => null);
        made[position] = family;
        known.push(made);
        tracks.push(made);
      }
    }
  }
  return tracks.map((points) => ({ points }));
}

/** The last report's view of the statement that is not null. */
export function lastOf(points: readonly (FamilySummary | null)[]): FamilySummary {
  return points.findLast((point) => point !== null)!; // a track begins with a family
}

function groupByFingerprint(families: readonly FamilySummary[]): Map<string, FamilySummary[]> {
  const groups = new Map<string, FamilySummary[]>();
  for (const family of families.toSorted((a, b) => b.share - a.share || (a.id < b.id ? -1 : 1))) {
    const known = groups.get(family.fingerprint);
    if (known) known.push(family);
    else groups.set(family.fingerprint, [family]);
  }
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
