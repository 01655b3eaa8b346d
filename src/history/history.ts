import type { Report } from "../domain/report.ts";
import { type Interval, intervalsOf } from "./intervals.ts";
import { type Track, trackStatements } from "./track-statements.ts";

/** Reports of one database with its statements followed through them. */
export interface History {
  /** Oldest first. */
  readonly reports: readonly Pick<Report, "generatedAt">[];
  readonly tracks: readonly Track[];
  /** Of each track. */
  readonly intervals: readonly (readonly Interval[])[];
}

/** `reports` oldest first, each of another time. */
export function historyOf(reports: readonly Pick<Report, "generatedAt" | "families">[]): History {
  const tracks = trackStatements(reports);
  return { reports, tracks, intervals: tracks.map((track) => intervalsOf(track, reports)) };
}

/** The same as the reports from `from` to before `to` tell it; tracks keep their positions. */
export function historySlice({ reports, tracks, intervals }: History, from: number, to: number): History {
  return {
    reports: reports.slice(from, to),
    tracks: tracks.map(({ points }) => ({ points: points.slice(from, to) })),
    intervals: intervals.map((own) =>
      own
        .filter(({ report }) => report >= from && report < to)
        .map((each) => (from === 0 ? each : { ...each, report: each.report - from })),
    ),
  };
}
