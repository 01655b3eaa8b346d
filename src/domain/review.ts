import type { RelationName } from "./postgres.ts";
import type { RelationLock, RelationWork } from "./schema-change.ts";

/** What a review of migrations knows beside its findings. */
export interface Review {
  readonly basis: ReviewBasis;
  /** Major version the verdicts are for. */
  readonly postgres: number;
  readonly files: readonly ReviewedFile[];
  /** Statements of new files, in the order they run. */
  readonly statements: readonly ReviewedStatement[];
  /** Null when no statements of production are known, or no shadow could be made. */
  readonly workload: WorkloadImpact | null;
  /** Statements that the same change adds to the application. */
  readonly added: readonly AddedStatement[];
  readonly notices: readonly ReviewNotice[];
  readonly suppressed: readonly SuppressedFinding[];
  /** Findings left out because the baseline lists them. */
  readonly baselineCount: number;
  /** What durations rest on, in words; null when there are none. */
  readonly durationBasis: string | null;
}

export interface ReviewBasis {
  /** `text`: no schema was known. */
  readonly kind: "snapshot" | "schema-file" | "replay" | "text";
  /** A sentence without its full stop. */
  readonly words: string;
  /** ISO 8601, of a snapshot; else null. */
  readonly collectedAt: string | null;
  /** The statements were run in a scratch database. */
  readonly ran: boolean;
}

export interface ReviewedFile {
  readonly path: string;
  readonly isNew: boolean;
  readonly runner: string;
  readonly statementCount: number;
}

export interface ReviewedStatement {
  readonly place: { readonly file: string; readonly line: number; readonly column: number };
  readonly sql: string;
  readonly locks: readonly RelationLock[];
  readonly work: readonly WorkEstimate[];
  /** `observed`: seen in the scratch database. `predicted`: from text and catalog. */
  readonly basis: "observed" | "predicted";
  /** Statements a second that would wait while it holds its locks; null when unknown. */
  readonly queuedPerSecond: number | null;
  /** Ids of its findings. */
  readonly findings: readonly string[];
}

export interface WorkEstimate extends RelationWork {
  /** Of the relation now, heap with TOAST, and indexes where the work touches them; null when unknown. */
  readonly bytes: number | null;
  readonly rows: number | null;
  /** Seconds on the machine assumed; null when the size is unknown. */
  readonly seconds: { readonly low: number; readonly high: number } | null;
}

export interface WorkloadImpact {
  /** Families that could be planned before and after. */
  readonly plannedCount: number;
  /** Those of them that read a relation the migration touches. */
  readonly touchedCount: number;
  readonly changes: readonly PlanChange[];
  readonly newIndexes: readonly NewIndexUse[];
}

export interface PlanChange {
  /** `QueryFamily.id`. */
  readonly family: string;
  /** Normalised. */
  readonly sql: string;
  readonly place: string | null;
  readonly callsPerDay: number | null;
  readonly effect: "breaks" | "worse" | "better";
  /** Planner cost units; null when it breaks. */
  readonly costBefore: number | null;
  readonly costAfter: number | null;
  /** After an ANALYZE of the columns whose statistics the migration drops; null when none are dropped. */
  readonly costAfterAnalyze: number | null;
  readonly indexesBefore: readonly string[];
  readonly indexesAfter: readonly string[];
  readonly error: { readonly sqlState: string; readonly message: string } | null;
  readonly causedBy: ReviewedStatement["place"] | null;
}

export interface NewIndexUse {
  readonly index: RelationName;
  readonly relation: RelationName;
  readonly place: ReviewedStatement["place"] | null;
  readonly bytes: number | null;
  /** Families whose plan uses it, and those that read its table. */
  readonly usedBy: readonly string[];
  readonly triedCount: number;
}

/** A statement that the change adds, planned on the new schema. */
export interface AddedStatement {
  /** `src/orders.ts:41`. */
  readonly place: string;
  readonly sql: string;
  readonly cost: number | null;
  /** Why it could not be planned; null when it was. */
  readonly problem: string | null;
  /** Indexes that the planner would use, proved in the shadow. */
  readonly advice: readonly { readonly sql: string; readonly costAfter: number; readonly bytes: number }[];
}

export interface ReviewNotice {
  readonly path: string | null;
  readonly line: number | null;
  readonly message: string;
}

export interface SuppressedFinding {
  readonly id: string;
  readonly rule: string;
  readonly place: ReviewedStatement["place"] | null;
  readonly reason: string;
}
