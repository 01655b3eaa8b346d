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

/** Which due times were dealt with, kept over restarts. */
export interface DueTimes {
  /** Null: the target is new. */
  lastDue(target: string): Date | null;
  conclude(target: string, dueAt: Date, outcome: string): Promise<void>;
}
