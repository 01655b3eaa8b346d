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

/** The same as the first `length` reports tell it; tracks keep their positions. */
export function historyUntil({ reports, tracks, intervals }: History, length: number): History {
  return {
    reports: reports.slice(0, length),
    tracks: tracks.map(({ points }) => ({ points: points.slice(0, length) })),
    intervals: intervals.map((own) => own.filter(({ report }) => report < length)),
  };
}
