import { createHash } from "node:crypto";
import { Cron } from "croner";

/** When a target is due: five cron fields in a time zone, shifted by the target's own part of the jitter. */
export interface Timetable {
  /** The last due time whose run may have begun at `now`; null: none yet. */
  newest(now: Date): Date | null;
  /** Due times after `after`, at most `count`. */
  following(after: Date, count: number): readonly Date[];
  /** When the run of a due time begins. */
  startOf(due: Date): Date;
  /** When the next run after `now` begins; null: never again. */
  nextStart(now: Date): Date | null;
  /** Due times between two, without either; at most `most`. */
  countBetween(earlier: Date, later: Date, most: number): number;
}

export interface TimetableOptions {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly jitterMs: number;
}

/**
 * Due times are named by the cron expression alone, so that they are the same for every worker; only the start is shifted. A time that
 * daylight saving skips comes at the end of the gap, and one that it repeats comes once, as croner has it (test/schedule/due.test.ts).
 */
export function timetable({ name, cron, timeZone, jitterMs }: TimetableOptions): Timetable {
  const times = new Cron(cron, { mode: "5-part", paused: true, timezone: timeZone });
  const offsetMs = jitterOf(name, jitterMs);
  return {
    newest(now) {
      const ripe = new Date(now.getTime() - offsetMs);
      // Seen from one second later, a time that is exactly now has passed as well.
      return times.previousRuns(2, new Date(ripe.getTime() + 1000)).find((due) => due <= ripe) ?? null;
    },
    following: (after, count) => times.nextRuns(count, after),
    startOf: (due) => new Date(due.getTime() + offsetMs),
    nextStart(now) {
      const [next] = times.nextRuns(1, new Date(now.getTime() - offsetMs));
      return next === undefined ? null : new Date(next.getTime() + offsetMs);
    },
    countBetween: (earlier, later, most) => times.nextRuns(most, earlier).filter((due) => due < later).length,
  };
}

/** The part of `jitterMs` that a target waits, from its name alone: the same on every day and every machine, spread over targets. */
export function jitterOf(name: string, jitterMs: number): number {
  if (jitterMs === 0) return 0;
  return createHash("sha256").update(name).digest().readUInt32BE(0) % jitterMs;
}
