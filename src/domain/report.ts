import type { AgentReport } from "./agent.ts";
import type { Candidate } from "./candidate.ts";
import type { Comparison } from "./comparison.ts";
import type { DatabaseState } from "./database-state.ts";
import type { LikeCase, Retrieval } from "./like-case.ts";
import type { Pattern } from "./pattern.ts";
import type { LockMode, RelationName } from "./postgres.ts";
import type { Proof } from "./proof.ts";
import type { Recommendation } from "./recommendation.ts";
import type { Review } from "./review.ts";
import type { RelationLock } from "./schema-change.ts";
import type { Gap, Server } from "./snapshot.ts";
import type { Tuning } from "./tuning.ts";
import type { Skipped } from "./workload.ts";

/** The one thing every command makes and every renderer, store and reviewer reads. */
export interface Report {
  readonly schemaVersion: 1;
  /** ISO 8601; the snapshot's time, so that equal input gives an equal report. */
  readonly generatedAt: string;
  readonly advisorVersion: string;
  /** Null for a review that asked no server. */
  readonly server: Server | null;
  /** Where schema and statistics come from, in words; null for a review without any. */
  readonly origin: string | null;
  readonly summary: Summary;
  readonly families: readonly FamilySummary[];
  readonly recommendations: readonly Recommendation[];
  readonly findings: readonly Finding[];
  /** Tried and not chosen, with the proof that says why. */
  readonly rejected: readonly Rejection[];
  readonly skipped: readonly Skipped[];
  readonly gaps: readonly Gap[];
  /** Set when the run stopped early: why, and what is missing. */
  readonly partial: { readonly reason: string; readonly missing: string } | null;
  /** False: no literal of a statement and no row's value stands in it. Absent: not said (a review, an older version). */
  readonly holdsValues?: boolean;
  /** The best sets of indexes that the search met, from none to the largest; absent where none was searched. */
  readonly pareto?: readonly ParetoSet[];
  /** Settings, maintenance and states of the server; absent where nobody looked (a review). */
  readonly tuning?: Tuning;
  /** A language model's part in it; absent where none was asked. */
  readonly agent?: AgentReport;
  /** Statements that ask for the same kind of access, largest share first; absent where nobody looked. */
  readonly patterns?: readonly Pattern[];
  /** How statements were compared with proven cases; absent where they were not. */
  readonly retrieval?: Retrieval;
  /** Of a review of migrations; absent in an audit. */
  readonly review?: Review;
  /** Sizes and indexes, for a later comparison; absent in a review and in reports of older versions. */
  readonly state?: DatabaseState;
  /** What changed since earlier reports of the same database; absent where none is kept. */
  readonly comparison?: Comparison;
}

export interface Summary {
  readonly statementCount: number;
  readonly relationCount: number;
  readonly candidateCount: number;
  readonly planCount: number;
  /** Sum over families of calls × typical cost, without and with the whole recommended set. */
  readonly costBefore: number;
  readonly costAfter: number;
  /** Geometric mean over families of costAfter / costBefore, unweighted. */
  readonly geometricMeanRatio: number;
  readonly indexBytes: number;
  /** No set of the candidates tried that keeps the limits makes the weighted cost less than this part of costBefore (0–1). */
  readonly boundRatio: number;
  /** costAfter ÷ costBefore with each statement weighed by its measured time where it has one: what the selection minimised. */
  readonly weightedRatio: number;
}

/** One set in the trade of bytes against workload cost. */
export interface ParetoSet {
  readonly indexBytes: number;
  readonly indexCount: number;
  /** Weighted workload cost with the set as a part of today's, 0–1; the search's own figure, planned again only for the recommended set. */
  readonly weightedRatio: number;
  /** It is the set that this report recommends. */
  readonly recommended: boolean;
}

export interface FamilySummary {
  readonly id: string;
  readonly fingerprint: string;
  /** Normalised; with literals only under --with-values. */
  readonly sql: string;
  readonly calls: number;
  readonly meanTimeMs: number | null;
  readonly share: number;
  readonly costBefore: number;
  readonly costAfter: number;
  readonly place: string | null;
  /** Relations it scans, through views and CTEs too; by schema and name, each once. */
  readonly relations?: readonly RelationName[];
  /** Why there is no advice for it; null when a recommendation serves it. */
  readonly noAdvice: string | null;
  /** The access path it asks for in words, without names and values: what is compared with proven cases; absent where nothing was. */
  readonly accessPath?: string;
  /** Absent for a statement that no server counted: one from a file or a log. */
  readonly counters?: StatementCounters;
  /** The plan of its typical binding with the indexes of today; absent in reports of older versions. */
  readonly plan?: PlanShape;
}

/** What pg_stat_statements had counted for a family, all its entries together. Cumulative: only differences tell of a time. */
export interface StatementCounters {
  readonly calls: number;
  readonly totalMs: number;
  /** Sum over calls of the square of their time, from mean and standard deviation; null when unknown. */
  readonly squaresMs2: number | null;
  readonly rows: number | null;
  /** Shared blocks hit and read. */
  readonly blocks: number | null;
  /** ISO 8601: the reset, or from PostgreSQL 17 the entry's own beginning; null when unknown. */
  readonly countingSince: string | null;
}

/** A plan without its figures and conditions. */
export interface PlanShape {
  /** 12 hex digits; equal for plans of the same nodes over the same relations and indexes. */
  readonly id: string;
  /** `Sort(Index Scan orders orders_pkey)`, cut where it is long. */
  readonly outline: string;
}

export interface Rejection {
  readonly candidate: Candidate;
  /** DDL of the candidate. */
  readonly sql: string;
  readonly reason: string;
  readonly proofs: readonly Proof[];
  /** The nearest proven case in which the like was refused; absent: none is near. */
  readonly likeCase?: LikeCase;
}

/** A rule's verdict on text somebody is about to merge, or on a state of the catalog. */
export interface Finding {
  /** Stable when lines move: what a baseline lists and a comment thread is keyed by. */
  readonly id: string;
  readonly rule: string;
  readonly severity: "error" | "warning" | "note";
  /** A few words, the same for every finding of the rule; absent: none. */
  readonly title?: string;
  readonly message: string;
  /** What to do, in words; absent: `safer` says all. */
  readonly help?: string;
  /** Line and column count from 1; null for a finding about the database itself. */
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | null;
  /** Modes, strongest first. */
  readonly locks: readonly LockMode[];
  /** The same with the relation each is taken on; absent: not known. */
  readonly relationLocks?: readonly RelationLock[];
  readonly safer: readonly string[];
}
