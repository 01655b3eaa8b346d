import type { Report } from "../domain/report.ts";

/** One report to one place. */
export interface DeliveryKey {
  readonly target: string;
  /** `FleetDestination.key`. */
  readonly destination: string;
  readonly dueAt: Date;
}

/**
 * What was delivered where. Written before and after each delivery, so that a run that is done again sends nothing twice: of one that was
 * begun and never settled nobody can tell whether it arrived.
 */
export interface Deliveries {
  /** The report that last arrived there; null: none, or none that is still kept. */
  last(target: string, destination: string): Promise<Report | null>;
  claim(key: DeliveryKey): Promise<"new" | "sent" | "uncertain">;
  /** The report that arrived, or null for none: the claim is given back. */
  settle(key: DeliveryKey, delivered: Report | null): Promise<void>;
}

/** What places were told of runs that fail: once when that begins, once when it ends. */
export interface Notices {
  /** When the first run was due of whose failure the place was told; null: none, or it was told since that they work again. */
  failingSince(target: string, destination: string): Promise<Date | null>;
  /** Written after the notice has arrived: a process that dies between sends it twice rather than never. */
  recordNotice(target: string, destination: string, failingSince: Date | null): Promise<void>;
}

/** Which due times were dealt with, kept over restarts. */
export interface DueTimes {
  /** Null: the target is new. */
  lastDue(target: string): Date | null;
  conclude(target: string, dueAt: Date, outcome: string): Promise<void>;
}
