import { plural } from "../domain/units.ts";
import type { Timetable } from "./due.ts";

/** What to do about a target's newest due time. `missed`: times before it, and it itself where it is late, that nothing ran for. */
export type Decision =
  | { readonly kind: "nothing" }
  /** A target seen for the first time: its past is nobody's. */
  | { readonly kind: "first"; readonly due: Date }
  | { readonly kind: "run"; readonly due: Date; readonly missed: number }
  | { readonly kind: "pass"; readonly due: Date; readonly missed: number };

/** A run that could not begin for this long after its time, because nothing was there to begin it, counts as missed. */
const lateMs = 600_000;
const mostCounted = 1_000;

export interface Question {
  readonly table: Timetable;
  readonly now: Date;
  /** The due time that was dealt with last; null: none ever. */
  readonly last: Date | null;
  /** Runs what is due and what never ran: lateness is the caller's own affair. */
  readonly once: boolean;
  readonly missed: "once" | "skip";
}

/** One run makes good for all times that were missed, however many; or none does. */
export function decide({ table, now, last, once, missed: policy }: Question): Decision {
  const due = table.newest(now);
  if (due === null || (last !== null && due <= last)) return { kind: "nothing" };
  if (last === null) return once ? { kind: "run", due, missed: 0 } : { kind: "first", due };
  const isLate = !once && now.getTime() - table.startOf(due).getTime() > lateMs;
  const missed = table.countBetween(last, due, mostCounted) + (isLate ? 1 : 0);
  return { kind: isLate && policy === "skip" ? "pass" : "run", due, missed };
}

/** For the log. */
export function missedWords(missed: number): string {
  return `${missed >= mostCounted ? "more than " : ""}${plural(missed, "time")} missed`;
}
