import type { RelationName } from "./postgres.ts";

export interface Plan {
  readonly root: PlanNode;
  /** Null unless EXPLAIN ANALYZE ran it. */
  readonly executionTimeMs: number | null;
}
export interface PlanNode {
  /** EXPLAIN's "Node Type", e.g. "Index Only Scan". */
  readonly type: string;
  readonly relation: RelationName | null;
  /** By identity, never by searching plan text. */
  readonly index: string | null;
  readonly indexCondition: string | null;
  readonly filter: string | null;
  /** Planner cost units: 1 is one sequential page read under default settings. Not milliseconds. */
  readonly startupCost: number;
  readonly totalCost: number;
  /** Estimated rows per loop. */
  readonly planRows: number;
  readonly joinType: string | null;
  readonly strategy: string | null;
  readonly parallelAware: boolean;
  readonly scanDirection: string | null;
  readonly actual: { readonly rowsPerLoop: number; readonly loops: number; readonly timeMsPerLoop: number } | null;
  readonly children: readonly PlanNode[];
}
