import type { LockMode, RelationName } from "./postgres.ts";

/** Who will run a migration file, as far as it decides what can be written in one. */
export interface Runner {
  /** As its users call it: `flyway`, `golang-migrate`, `plain`. */
  readonly name: string;
  /** This file runs inside a transaction that the runner opens (or in the implicit one of a multi-statement string). */
  readonly wrapsInTransaction: boolean;
  /** There is a way to run a file, or a statement, outside a transaction with this runner. */
  readonly canRunOutsideTransaction: boolean;
  /** All statements go to the server as one string, so that even without BEGIN they share one transaction. */
  readonly sendsWholeFile: boolean;
  /** What to write, and where, so that a file runs outside a transaction; null when nothing is needed or nothing helps. */
  readonly outsideTransaction: string | null;
}

/** A lock as pg_locks names it. */
export interface RelationLock {
  readonly relation: RelationName;
  readonly mode: LockMode;
}

/** What one statement did when it was run in the scratch database, which holds the schema and no rows. */
export interface Observed {
  /** Strongest new lock on each relation that was there before the statement and is a table, view or sequence. */
  readonly locks: readonly RelationLock[];
  /** Relations there before whose main file was replaced (`relfilenode` changed). */
  readonly rewrites: readonly RelationName[];
  /** Indexes that the statement built or rebuilt on relations there before. */
  readonly builds: readonly { readonly index: RelationName; readonly on: RelationName }[];
  /** Relations that PostgreSQL says (DEBUG1) it would verify row by row; null when it could not say. */
  readonly scans: readonly RelationName[] | null;
  /** Set when PostgreSQL refused the statement. */
  readonly error: { readonly sqlState: string; readonly message: string } | null;
  /** True when the statement was not run: an earlier one failed in its transaction, or it needs what the scratch database lacks. */
  readonly notRun: boolean;
}
