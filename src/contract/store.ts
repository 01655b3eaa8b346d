import type { Report } from "../domain/report.ts";
import type { VectorCache } from "./embedding-model.ts";

/** Which database a series of reports is about, and what an audit saw, as one line of a history. */
export interface SavedReport {
  /** Grows with time. */
  readonly id: string;
  readonly target: string;
  /** ISO 8601, the report's own. */
  readonly generatedAt: string;
  readonly report: Report;
}
export type ReportEntry = Omit<SavedReport, "report">;

/** A text that can be found again: a statement, a recommendation, a proven case. */
export interface StoredDocument {
  /** Saving the same id again replaces it. */
  readonly id: string;
  readonly kind: DocumentKind;
  readonly title: string;
  /** Searched by its words, next to the title. */
  readonly body: string;
  /** What the caller needs of it when it is found: plain JSON. */
  readonly details: unknown;
  /** Report that it comes from; null for a case. */
  readonly reportId: string | null;
  readonly vector: Float32Array | null;
}
export type DocumentKind = "statement" | "recommendation" | "case";

export interface NearDocument {
  readonly document: Omit<StoredDocument, "vector">;
  /** Cosine, −1 to 1; null when it was found by its words alone. */
  readonly similarity: number | null;
}

/** Vectors of one model and revision; those of others are never neighbours. */
export interface VectorSpace {
  readonly model: string;
  readonly dimensions: number;
}

/** `{family id → access path as a vector}` of one model. */
export interface FamilyVectors {
  readonly space: VectorSpace;
  readonly of: ReadonlyMap<string, Float32Array>;
}

/** Reports, documents and vectors of earlier runs. */
export interface Store {
  /** Where it is, in words. */
  readonly description: string;
  /** With its statements and recommendations as documents, to be found by words, and by `vectors` of its families where they are given. */
  saveReport(entry: { readonly target: string; readonly report: Report; readonly vectors?: FamilyVectors }): Promise<string>;
  /** Newest first. */
  listReports(filter: { readonly target?: string; readonly limit: number }): Promise<readonly ReportEntry[]>;
  /** Null when there is none of this id. */
  readReport(id: string): Promise<SavedReport | null>;
  /**
   * Newest first, without what no comparison reads: plans, what was refused and skipped, gaps. So sixty reports of a large workload fit in
   * memory. `until`: none later than this time (ISO 8601).
   */
  readHistory(filter: { readonly target?: string; readonly until?: string; readonly limit: number }): Promise<readonly SavedReport[]>;
  targets(): Promise<readonly string[]>;
  saveDocuments(space: VectorSpace | null, documents: readonly StoredDocument[]): Promise<void>;
  /** By cosine, nearest first; found through an HNSW index. */
  nearest(
    space: VectorSpace,
    vector: Float32Array,
    options: { readonly kind: DocumentKind; readonly limit: number },
  ): Promise<readonly NearDocument[]>;
  /** By words and, with a vector, by nearness, fused by rank; best first. */
  search(request: SearchRequest): Promise<readonly NearDocument[]>;
  vectorCache(space: VectorSpace): VectorCache;
  /** Writes what was changed. Throws STORE_INCOMPATIBLE when that cannot be done; the store on disk is then as it was. */
  close(): Promise<void>;
}

export interface SearchRequest {
  readonly words: string;
  readonly near: { readonly space: VectorSpace; readonly vector: Float32Array } | null;
  readonly kinds: readonly DocumentKind[];
  readonly limit: number;
}
