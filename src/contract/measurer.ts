import type { Candidate } from "../domain/candidate.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Outcome, Timing } from "../domain/proof.ts";
import type { OnProgress } from "./progress.ts";

export interface MeasureRequest {
  /** Indexes to make and to drop, all of them at once. */
  readonly changes: readonly Candidate[];
  /** Statements with every parameter bound, by family. */
  readonly statements: readonly {
    readonly family: string;
    readonly sql: string;
    /** What runs in its place once the changes are made; absent: itself. */
    readonly after?: string;
  }[];
  /** Statements and what is proposed in their place, both run with all changes made; absent: none. */
  readonly rewrites?: readonly { readonly candidate: string; readonly before: string; readonly after: string }[];
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

export interface Measurements {
  /** `{family → measured, or inconclusive with its reason}`: one for every statement asked for. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** `{candidate → …}`: one for every rewrite asked for; `sameRows` compares the rows themselves, not only their number. */
  readonly rewrites: ReadonlyMap<string, Outcome>;
  /** `{candidate → bytes and build time of the index really built}`; a refused one is missing. */
  readonly built: ReadonlyMap<string, { readonly bytes: number; readonly buildMs: number }>;
  /** `{candidate → …}`: one for every index really built, by whichever measured statements really read it; none: no plan did. */
  readonly taken: ReadonlyMap<string, readonly TakenAway[]>;
  /** Why figures of this place deserve less trust, as sentences: few rows, an index that could not be built. */
  readonly cautions: readonly { readonly relation: RelationName; readonly text: string }[];
}

/** One statement that read a new index: with all changes in place, and with all but that index. */
export interface TakenAway {
  readonly family: string;
  readonly with: Timing;
  /** Null when it ran into the time limit. */
  readonly without: Timing | null;
}

export interface SizeTarget {
  readonly relation: RelationName;
  /** Null: the table's own heap, without TOAST. */
  readonly index: RelationName | null;
}

export type MeasuredSize =
  | {
      readonly kind: "measured";
      readonly neededBytes: number;
      /** What it takes there now. */
      readonly copyBytes: number;
      /** Rows, or entries of the index. */
      readonly copyRows: number;
      /** A part of a sentence: `by pgstattuple_approx`. */
      readonly how: string;
    }
  /** `why` goes on from "on the copy: ". */
  | { readonly kind: "unknown"; readonly why: string };

/** A place that is not production, where changes are made and statements run, and all of it is undone. */
export interface Measurer {
  /** For the report: `copy "shop_staging" (PostgreSQL 15.13)`. */
  readonly description: string;
  measure(request: MeasureRequest): Promise<Measurements>;
  /** What a table's rows or an index's entries take there when they are written anew. Absent: it cannot tell. */
  size?(target: SizeTarget, signal: AbortSignal): Promise<MeasuredSize>;
  close(): Promise<void>;
}
