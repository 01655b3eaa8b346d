import type { RelationName } from "./postgres.ts";

/** What changed in a database between its last report and the one before, judged by all the earlier ones that are at hand. */
export interface Comparison {
  /** ISO 8601, the time of the report just before. */
  readonly since: string;
  /** Earlier reports that were looked at. */
  readonly reports: number;
  readonly statements: StatementChanges;
  readonly recommendations: AdviceChanges;
  /** Findings and tuning advice. */
  readonly findings: AdviceChanges;
  /** Recommendations of earlier reports that somebody followed, the latest first. */
  readonly applied: readonly AppliedAdvice[];
  /** Tables and indexes that swelled, the worst first. */
  readonly sizes: readonly SizeChange[];
  /** Indexes that came and went since the report before, on relations that both list. */
  readonly indexes: { readonly made: readonly RelationName[]; readonly dropped: readonly RelationName[] };
  /** What limits the comparison, in words: a reset, another planner, a report cut short. */
  readonly notes: readonly string[];
}

export interface StatementChanges {
  /** Not in any earlier report, and not counted before the last one. */
  readonly new: readonly StatementLine[];
  /** Called no more, though calls were to be expected. */
  readonly gone: readonly StatementLine[];
  readonly slower: readonly TimeChange[];
  readonly faster: readonly TimeChange[];
  /** Another plan than in the report before. */
  readonly plans: readonly PlanChange[];
  /** Factor by which all statements together took longer (or, below 1, less long) than usual; null when they did not. */
  readonly serverWide: { readonly ratio: number; readonly statements: number } | null;
  /** Statements whose time could be judged. */
  readonly judged: number;
  /** Of those that changed and of the largest. */
  readonly levels: readonly StatementLevels[];
}

/** Mean time of a call in the intervals that the last reports end, ms, the oldest first; null where it was not called. */
export interface StatementLevels {
  readonly family: string;
  readonly meanMs: readonly (number | null)[];
}

export interface StatementRef {
  /** `FamilySummary.id`, of the last report that has it. */
  readonly family: string;
  readonly fingerprint: string;
  readonly sql: string;
}

export interface StatementLine extends StatementRef {
  /** Part of the interval's execution time, 0–1. */
  readonly share: number;
  readonly calls: number;
  readonly meanMs: number | null;
}

/** Mean time of a call over one or several intervals between reports. */
export interface TimeLevel {
  readonly meanMs: number;
  readonly calls: number;
  readonly intervals: number;
}

export interface TimeChange extends StatementRef {
  readonly before: TimeLevel;
  readonly now: TimeLevel;
  /** now ÷ before, the median of its intervals, what all statements share taken out. */
  readonly ratio: number;
  /** Probability of intervals as unusual as these where nothing changed. */
  readonly probability: number;
  /** Part of the interval's execution time that the statement takes now, 0–1. */
  readonly share: number;
  /** ISO 8601: the beginning of the first interval at the new level; null when that is unknown. */
  readonly from: string | null;
  /** The report before did not know it yet. */
  readonly isNew: boolean;
  readonly causes: readonly Cause[];
}

/** What else changed with a statement's time. Coincidence in time, not proof. */
export type Cause =
  | { readonly kind: "plan"; readonly before: string; readonly after: string }
  | { readonly kind: "index-made" | "index-dropped"; readonly index: RelationName; readonly relation: RelationName }
  | { readonly kind: "growth"; readonly relation: RelationName; readonly ratio: number }
  | { readonly kind: "bloat"; readonly relation: RelationName; readonly emptyBytes: number }
  /** Per call: what it returns, what it reads. */
  | { readonly kind: "rows" | "blocks"; readonly ratio: number }
  /** It reads no more blocks than before. */
  | { readonly kind: "same-work" };

export interface PlanChange extends StatementRef {
  readonly before: string;
  readonly after: string;
  /** Estimated cost after ÷ before. */
  readonly costRatio: number;
  readonly verdict: "worse" | "better" | "same";
  /** An earlier report had this plan, too: the planner finds both about as good. */
  readonly isOld: boolean;
}

export interface AdviceLine {
  readonly id: string;
  readonly title: string;
}

export interface AdviceChanges {
  readonly new: readonly AdviceLine[];
  /** No longer said, and not because it was done. */
  readonly gone: readonly AdviceLine[];
  readonly open: number;
}

export interface AppliedAdvice extends AdviceLine {
  readonly kind: "create-index" | "drop-index" | "rewrite";
  /** Name of the index that was found; the new statement's family; null for a drop. */
  readonly as: string | null;
  /** Times of the reports between which it happened. */
  readonly between: readonly [string, string];
  readonly isNew: boolean;
  /** Statements that it was to help and whose time is known before and after. */
  readonly statements: number;
  /** Time after ÷ before: by estimated cost, and as counted. Null where that is not known (yet). */
  readonly predictedRatio: number | null;
  readonly observedRatio: number | null;
  /** Execution time that it saved in a day, ms; null where that is unknown. */
  readonly savedMsPerDay: number | null;
  /**
   * `paid`: at least half of what was promised; `less`: at least a tenth of the time; `nothing`: no difference; `worse`: a fifth more
   * time; `unknown`: too few calls since, or a drop, which promises no time.
   */
  readonly verdict: "paid" | "less" | "nothing" | "worse" | "unknown";
}

export interface SizeChange {
  readonly relation: RelationName;
  /** Null: the table's heap. */
  readonly index: string | null;
  readonly kind: "bloat" | "growth";
  readonly bytesBefore: number;
  readonly bytesNow: number;
  readonly rowsBefore: number | null;
  readonly rowsNow: number | null;
  /** Of `bytesNow`, by statistics; null when not known. */
  readonly emptyBytes: number | null;
  /** ISO 8601 of the report that `bytesBefore` is of. */
  readonly from: string;
  readonly isNew: boolean;
}
