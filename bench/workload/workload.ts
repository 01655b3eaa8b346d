/** One statement of a workload: a class of access path, and how often it runs. */
export interface WorkloadStatement {
  readonly name: string;
  /** The class of access path that it stands for. */
  readonly about: string;
  readonly calls: number;
  readonly sql: string;
}

/** A database, what it is asked, and the sets that were written for it by hand. */
export interface BenchWorkload {
  /** Part of the database's name. */
  readonly name: string;
  readonly extensions: readonly string[];
  /** Statements that make it, one by one; equal ones make equal rows. */
  readonly build: (scale: number) => readonly string[];
  readonly statements: readonly WorkloadStatement[];
  /** The best set that we could make. */
  readonly handMade: readonly string[];
  /** The best of B-trees on columns: no expression, no predicate, no other access method; INCLUDE is allowed. */
  readonly btrees: readonly string[];
}

/** `on("oltp", "user_by_id", 10, "select …")` */
export const on = (about: string, name: string, calls: number, sql: string): WorkloadStatement => ({ about, name, calls, sql });
