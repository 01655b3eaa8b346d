import type { RelationName } from "./postgres.ts";

/** What a later report of the same database is compared with, beside the statements: small, and without any text of definitions. */
export interface DatabaseState {
  /** Who planned, in words: plans of two planners are not compared. */
  readonly planner: string;
  /** Of the workload and of the largest, sorted by schema and name. */
  readonly relations: readonly RelationState[];
}

export interface RelationState extends RelationName {
  /** `pg_class.reltuples` scaled to the current length; null = never analysed. */
  readonly rows: number | null;
  /** Current length of the heap's main fork. */
  readonly heapBytes: number;
  /** What its rows would take if they were written anew, by their statistics; null where these do not tell. */
  readonly heapBytesNeeded: number | null;
  readonly indexes: readonly IndexState[];
}

export interface IndexState {
  readonly name: string;
  /** `indexKey` of its definition: equal for equal indexes under any name. */
  readonly key: string;
  readonly bytes: number;
  /** As for a heap; B-trees only. */
  readonly bytesNeeded: number | null;
}
