import type { Plan, PlanNode } from "../../src/domain/plan.ts";

/** A node of a plan that says its type and no more: no table, index or condition, one row at a cost of 10; `rest` says what it does. */
export function planNode(type: string, rest: Partial<PlanNode> = {}): PlanNode {
  return {
    type,
    relation: null,
    index: null,
    indexCondition: null,
    filter: null,
    startupCost: 0,
    totalCost: 10,
    planRows: 1,
    joinType: null,
    strategy: null,
    parallelAware: false,
    scanDirection: null,
    actual: null,
    children: [],
    ...rest,
  };
}

/** A plan that did not run. */
export function plan(root: PlanNode): Plan {
  return { root, executionTimeMs: null };
}
