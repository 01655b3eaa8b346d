/** A proven case that is like a statement of the report: why a change is believed in, never a proof. */
export interface LikeCase {
  readonly id: string;
  /** "B-tree on integer and time, covering". */
  readonly title: string;
  /** Cosine, −1 to 1. */
  readonly similarity: number;
  /** What was tried there: DDL, or the statement in other words. */
  readonly change: string;
  /** Planner cost there, without and with the change. */
  readonly costBefore: number;
  readonly costAfter: number;
  /** Why it was refused there; null where it helped. */
  readonly because: string | null;
}

/** How statements were compared with proven cases, and what came of it. */
export interface Retrieval {
  /** In words: "encoder access-shape 3f2a (cpu)", "words of the access path". */
  readonly by: string;
  readonly caseCount: number;
  /** Statements that a case is like. */
  readonly statementCount: number;
  /** Candidates that only a case proposed, those of them that were recommended. */
  readonly proposed: number;
  readonly recommended: number;
  /** Why the configured model was not used; null when it was, or none was asked for. */
  readonly note: string | null;
}
