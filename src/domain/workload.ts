import type { RelationName } from "./postgres.ts";
import type { StatementStats } from "./snapshot.ts";

export interface Workload {
  readonly families: readonly QueryFamily[];
  readonly skipped: readonly Skipped[];
}

/** All statements that differ only in their constants. */
export interface QueryFamily {
  /** Stable name of the family in a report: fingerprint, with `-2` … appended when one fingerprint has texts that plan differently. */
  readonly id: string;
  /** libpg_query fingerprint: 16 hex digits, stable across servers. */
  readonly fingerprint: string;
  /** Text as collected. May contain literals when it came from a file, or a log settled some of its parameters. */
  readonly sql: string;
  /** Text with every literal replaced by $n: safe to print. */
  readonly normalizedSql: string;
  readonly statements: readonly StatementStats[];
  readonly kind: StatementKind;
  readonly load: Load;
  readonly scans: readonly Scan[];
  /** Sets of values to bind when proving, most typical first. Empty: the statement has no parameters. */
  readonly examples: readonly Example[];
  readonly parameterCount: number;
  readonly place: string | null;
  /** Parameters of `normalizedSql` that are constants in `sql`: every logged text has the same one there. Absent: none. */
  readonly settled?: readonly number[];
}

export type StatementKind = "select" | "insert" | "update" | "delete" | "merge" | "utility";

export interface Load {
  readonly calls: number;
  readonly callsPerDay: number | null;
  /** Null when nothing was measured (statements from a file without figures). */
  readonly meanTimeMs: number | null;
  /** Part of the workload's total execution time, 0–1; by calls when no time is known. */
  readonly share: number;
}

/** One way to bind a family's parameters. */
export interface Example {
  /** Where the values come from; `generic` binds nothing. */
  readonly kind: "text" | "log" | "log-slowest" | "generic" | "common" | "rare" | "middle" | "null" | "out-of-range";
  /** The statement with the values in place; for `generic`, with $n left. */
  readonly sql: string;
  /** SQL literal text by parameter number (1-based key); empty for `text` and `generic`. */
  readonly values: Readonly<Record<number, string>>;
}

export interface Skipped {
  readonly sql: string;
  readonly place: string | null;
  readonly calls: number;
  readonly reason: "unparsable" | "unplannable" | "utility" | "excluded" | "no-relation" | "truncated" | "out-of-budget";
  readonly detail: string;
}

/** One base relation as one statement reads it, through aliases, CTEs, views and subqueries. */
export interface Scan {
  readonly relation: RelationName;
  /** Name it goes by in the statement. */
  readonly alias: string;
  readonly role: "read" | "update" | "delete" | "merge" | "insert-conflict";
  /** Conjuncts that restrict this relation alone or join it to another; all must hold. */
  readonly predicates: readonly Predicate[];
  /** OR conditions whose every arm restricts this relation: arms → conjuncts. */
  readonly disjunctions: readonly (readonly (readonly Predicate[])[])[];
  /** ORDER BY keys in order when all come from this relation and the order survives to the top (or to a LIMIT / DISTINCT ON); else empty. */
  readonly sort: readonly SortKey[];
  /** GROUP BY / DISTINCT / DISTINCT ON keys when all come from this relation; else empty. */
  readonly grouping: readonly ScanExpression[];
  /** Columns this statement needs from this relation anywhere; null = all (`SELECT *`, whole-row reference). */
  readonly columnsRead: readonly string[] | null;
  /** LIMIT that applies directly above this scan's order: a number, "parameter", or null for none. */
  readonly limit: number | "parameter" | null;
  /** min()/max() arguments on this relation when the query is a plain aggregate over it. */
  readonly extremes: readonly ScanExpression[];
}

/** A column or expression over one relation's columns, with the relation's qualifiers removed. */
export interface ScanExpression {
  /** Text as PostgreSQL would take it in an index key, unqualified: `created_at`, `lower(email)`, `(meta ->> 'kind'::text)`. */
  readonly sql: string;
  /** Set when it is a bare column. */
  readonly column: string | null;
  /** Every column of the relation it uses. */
  readonly columns: readonly string[];
  /** `typname` of the result when known from the catalog and casts; null when not. */
  readonly type: string | null;
  /** Collation named by an explicit COLLATE; null otherwise. */
  readonly collation: string | null;
  /** True when it needs no volatile or stable function, so that it may be an index key. Judged from known built-ins; null = unknown user function. */
  readonly immutable: boolean | null;
}

/**
 * `on OPERATOR compared`, with the indexable side on the left (commuted when needed).
 * LIKE is `~~`, ILIKE `~~*`, IN and = ANY(…) `= any`, NOT IN `<> all`, BETWEEN two predicates,
 * bare boolean `is true`, IS NULL `is null`, IS NOT DISTINCT FROM `is not distinct from`.
 */
export interface Predicate {
  readonly on: ScanExpression;
  readonly operator: string;
  readonly compared: Compared;
  /** The whole conjunct, unqualified, with constants as written: usable in `WHERE` of a partial index when `compared` is a constant. */
  readonly sql: string;
}

export type Compared =
  /** No right side: `is null`, `is true`, … */
  | { readonly kind: "none" }
  /** `value` is the unquoted literal, null for SQL NULL; a list for IN. `type` from a cast, else null. */
  | {
      readonly kind: "constant";
      readonly sql: string;
      readonly value: string | null;
      readonly values: readonly string[] | null;
      readonly type: string | null;
    }
  | { readonly kind: "parameter"; readonly numbers: readonly number[]; readonly sql: string }
  /** A column of another relation in the same query level or an outer one. */
  | { readonly kind: "column"; readonly relation: RelationName | null; readonly alias: string; readonly column: string }
  /** Anything else that does not read this relation: now() − interval, a subquery, an expression over parameters or other relations. */
  | { readonly kind: "expression"; readonly sql: string; readonly stable: boolean };

export interface SortKey {
  readonly on: ScanExpression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** For a distance ordering such as `embedding <-> $1`: the operator; `on` is its left side. */
  readonly distanceOperator: string | null;
}
