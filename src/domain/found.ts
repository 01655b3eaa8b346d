/** Something that a search found: a proven case, or what an earlier report says. */
export interface Found {
  readonly kind: "case" | "statement" | "recommendation";
  readonly id: string;
  readonly title: string;
  /** The statement it is about, as it was stored; empty where none is known. */
  readonly statement: string;
  /** What was tried or recommended: DDL, or the statement in other words; null for a statement without advice. */
  readonly change: string | null;
  /** False: the change was refused, or there is no advice. */
  readonly helped: boolean;
  /** Planner cost of the statement, without and with the change. */
  readonly costBefore: number;
  readonly costAfter: number;
  /** Why it was refused, or why there is no advice; null where something helped. */
  readonly because: string | null;
  /** "corpus: rule index/btree-for-filter", "report of shop, 2026-11-21". */
  readonly where: string;
  /** Cosine, −1 to 1; null when it was found by its words alone. */
  readonly similarity: number | null;
}

export interface SearchResult {
  /** What was searched, and how, in one line each. */
  readonly searched: readonly string[];
  readonly found: readonly Found[];
}
