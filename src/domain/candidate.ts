import type { AccessMethod, RelationName } from "./postgres.ts";

/** A change somebody proposes and nobody has proved. */
export interface Candidate {
  /** First 12 hex digits of the change's SHA-256: one change found twice is one candidate. */
  readonly id: string;
  readonly change: Change;
  /** Ids of the query families it means to help; empty for a drop. */
  readonly helps: readonly string[];
  readonly proposedBy: readonly Proposer[];
  /** One line from the proposer on why, e.g. a rule's `remedy`; unproved words. */
  readonly reason: string;
}

export type Change =
  | { readonly kind: "create-index"; readonly index: IndexDefinition }
  | { readonly kind: "drop-index"; readonly index: RelationName; readonly relation: RelationName }
  | { readonly kind: "rewrite"; readonly fingerprint: string; readonly sql: string; readonly assumes: readonly string[] };

export type Proposer =
  | { readonly kind: "rule"; readonly id: string }
  /** Similarity: cosine, −1 to 1. */
  | { readonly kind: "case"; readonly id: string; readonly similarity: number }
  | { readonly kind: "model"; readonly id: string };

export interface IndexDefinition {
  readonly relation: RelationName;
  readonly accessMethod: AccessMethod;
  readonly keys: readonly CandidateKey[];
  readonly include: readonly string[];
  /** Partial-index predicate, unqualified SQL; null = the whole table. */
  readonly predicate: string | null;
  /** `WITH (…)`, e.g. { pages_per_range: "32" }. */
  readonly storage: Readonly<Record<string, string>>;
  /** Extension the operator class or access method needs, null for core. */
  readonly extension: string | null;
  /** Further ones, when a multi-column index mixes operator classes of several (btree_gin with pg_trgm). */
  readonly otherExtensions?: readonly string[];
}

export interface CandidateKey {
  /** Bare column name when the key is a column; else null. */
  readonly column: string | null;
  /** SQL of the key, unqualified; for a column its quoted name. */
  readonly sql: string;
  /** Null = the type's default. */
  readonly operatorClass: string | null;
  readonly collation: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
