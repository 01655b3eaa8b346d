import type { IndexDefinition } from "../domain/candidate.ts";
import type { Catalog, ColumnStatistics } from "../domain/catalog.ts";
import type { Plan, PlanDoubt } from "../domain/plan.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Backend } from "../domain/proof.ts";
import type { Gap } from "../domain/snapshot.ts";

/**
 * A place that plans statements as production would, with indexes that are not there.
 * Never executes a user's statement.
 */
export interface Planner {
  readonly backend: Backend;
  /** For the report: "shadow (PGlite 18.6, statistics of 2026-11-21)". */
  readonly description: string;
  /** What could not be restored and what it costs. */
  readonly gaps: readonly Gap[];
  /** False: it cannot hide existing indexes, so that no drop can be proved; `plan` fails with 0A000 when asked to. Absent: it can. */
  readonly hidesIndexes?: boolean;
  /** Reasons why plans that touch this relation deserve less trust; empty when none. */
  cautions(relation: RelationName): readonly string[];
  /** Makes the index known under `id`, hidden. Idempotent per id. */
  prepare(id: string, index: IndexDefinition): Promise<PreparedIndex | RefusedIndex>;
  /** Prepares indexes of one relation together, as far as it can, so that `prepare` answers at once. Absent: one by one is as fast. */
  prepareAll?(indexes: readonly { readonly id: string; readonly index: IndexDefinition }[]): Promise<void>;
  /**
   * Plans `sql` with exactly the prepared ids in `show` visible and the existing indexes in `hide` invisible.
   * `generic` plans with `$n` left in place (EXPLAIN (GENERIC_PLAN)). The same call gives the same plan.
   */
  plan(sql: string, whatIf: WhatIf, options?: PlanOptions): Promise<PlanOutcome>;
  /** What makes the figures of a plan that `plan` gave under `whatIf` uncertain. Takes several times as long as planning. Absent: it cannot say. */
  doubts?(plan: Plan, whatIf: WhatIf): Promise<readonly PlanDoubt[]>;
  /** Types PostgreSQL infers for `$1 … $n` (`regtype` text, in order); null when it cannot. */
  parameterTypes(sql: string): Promise<readonly string[] | null>;
  /**
   * What `work` gives while every plan is made under these settings; the old ones are put back whatever happens. A setting that
   * the planner's server refuses is a refusal, and `work` is not run. Absent: it cannot.
   */
  underSettings?<T>(settings: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<Tried<T>>;
  /** The same with extended statistics on the relation, built of its sampled rows; refused without a sample. Absent: it cannot. */
  withStatistics?<T>(trial: StatisticsTrial, work: (sample: SampledRows) => Promise<T>): Promise<Tried<T>>;
  /**
   * What `work` gives with a planner of the same kind under another schema, with the statistics and sizes that the catalog states, and
   * no index prepared. This planner stays as it was. What of the schema the server refuses is among the other planner's gaps. Absent:
   * it cannot.
   */
  underSchema?<T>(catalog: Catalog, work: (planner: Planner) => Promise<T>): Promise<Tried<T>>;
  /** What ANALYZE would find of an expression over the relation; null when nothing known of its columns tells. Absent: it cannot. */
  expressionStatistics?(relation: RelationName, expression: string): Promise<ExpressionFigures | null>;
  /** The same with a column's statistics as ANALYZE makes them of the sampled rows with another target. Absent: it cannot. */
  withColumnTarget?<T>(trial: ColumnTargetTrial, work: (sample: SampledRows) => Promise<T>): Promise<Tried<T>>;
  /** The relation's sampled rows; null when there are too few. Absent: it has none. */
  sampledRows?(relation: RelationName): Promise<SampledRows | null>;
  close(): Promise<void>;
}

export type Tried<T> = { readonly kind: "tried"; readonly result: T } | { readonly kind: "refused"; readonly why: string };

export interface ExpressionFigures {
  readonly statistics: ColumnStatistics;
  /** Why they are a guess; null when they were gathered or counted. */
  readonly uncertain: string | null;
}

export interface StatisticsTrial {
  readonly relation: RelationName;
  /** Quoted columns, or expressions in parentheses, over the relation. */
  readonly targets: readonly string[];
  /** `dependencies`, `mcv`, or `ndistinct` alone; empty for one expression, which takes none. */
  readonly kinds: readonly string[];
}

export interface ColumnTargetTrial {
  readonly relation: RelationName;
  readonly column: string;
  /** As ALTER COLUMN … SET STATISTICS takes it. */
  readonly target: number;
}

export interface SampledRows {
  readonly rows: number;
  /** Part of the sampled rows, 0–1, that meet a plan's condition; null when it reads more than this relation, or cannot be run. */
  fraction(condition: string): Promise<number | null>;
  /** Different combinations of these columns in the whole table, and the part of the sampled rows, 0–1, whose own was seen once; null when not to be counted. */
  groups(targets: readonly string[]): Promise<{ readonly distinct: number; readonly seenOnce: number } | null>;
  /** The commonest combination of values of these targets, as a condition; null when it cannot be found. Holds row content. */
  commonest(targets: readonly string[]): Promise<string | null>;
}

export interface PlanOptions {
  readonly generic?: boolean;
}

export interface WhatIf {
  readonly show: readonly string[];
  readonly hide: readonly RelationName[];
}

export interface PreparedIndex {
  readonly kind: "prepared";
  /** The index's name as plans show it in PlanNode.index. */
  readonly name: string;
  /** Estimated size, all partitions together. */
  readonly bytes: number;
  /** Why the size or the statistics of the index are a guess; null when formula and statistics cover it. */
  readonly uncertain: string | null;
}
export interface RefusedIndex {
  readonly kind: "refused";
  readonly sqlState: string | null;
  readonly message: string;
}

export type PlanOutcome =
  | { readonly kind: "planned"; readonly plan: Plan }
  | { readonly kind: "failed"; readonly sqlState: string | null; readonly message: string };
