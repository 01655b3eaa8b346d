import type { RelationName } from "./postgres.ts";

/**
 * What makes a plan's figures uncertain. `index-end`: a range ends where only the new index could tell how far the column goes;
 * `independent-columns`: a product of estimates for columns that may go together; `expression`: a computed value whose statistics are
 * missing or derived; `misestimate`: real plans of a log show other rows than the planner expects; `size`: an index whose size is a
 * guess; `restored`: what the planner lacks of production.
 */
export interface PlanDoubt {
  readonly kind: "index-end" | "independent-columns" | "expression" | "size" | "restored" | "misestimate";
  readonly relation: RelationName | null;
  /** The prepared index that it is about, as plans name it; null when it is about none. */
  readonly index: string | null;
  /** A sentence without its full stop; holds no value of the statement. */
  readonly text: string;
}

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
  /** Partitions of an Append that a stable condition (now() − interval) rules out before it starts; absent: none. */
  readonly subplansRemoved?: number;
  readonly actual: { readonly rowsPerLoop: number; readonly loops: number; readonly timeMsPerLoop: number } | null;
  readonly children: readonly PlanNode[];
}

/** Every node, parents before children, in EXPLAIN's order. */
export function* planNodes({ root }: Plan): Iterable<PlanNode> {
  const waiting = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node;
    waiting.push(...node.children.toReversed());
  }
}
