import type { RelationName } from "../domain/postgres.ts";

/** Which indexes a what-if question assumes: prepared candidates shown, existing indexes hidden. */
export interface IndexSet {
  readonly show: ReadonlySet<string>;
  readonly hide: readonly RelationName[];
}

export interface FamilyCost {
  /** Planner cost of the family's typical binding. */
  readonly cost: number;
  /** Candidate ids the plan uses. */
  readonly used: ReadonlySet<string>;
}

/** A plan that was made already of the family's typical binding, of today's indexes and those shown. */
export interface KnownCost extends FamilyCost {
  readonly show: readonly string[];
}

/** Answers "what would this statement cost with these indexes?"; equal questions are asked of the planner once. */
export interface CostModel {
  cost(family: string, indexes: IndexSet): Promise<FamilyCost>;
  /** What earlier plans tell of the family: those with no index among the shown that brings statistics. Absent: nothing. */
  known?(family: string): readonly KnownCost[];
}
