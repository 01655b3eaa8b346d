import type { Plan, PlanNode } from "../../domain/plan.ts";

/** The plan as EXPLAIN (FORMAT JSON) would give it, as far as it was kept: what plan viewers read. */
export function planSource(plan: Plan): unknown {
  return [{ Plan: nodeSource(plan.root), ...(plan.executionTimeMs === null ? {} : { "Execution Time": plan.executionTimeMs }) }];
}

function nodeSource(node: PlanNode): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    "Node Type": node.type,
    "Parallel Aware": node.parallelAware ? true : null,
    "Join Type": node.joinType,
    "Scan Direction": node.scanDirection,
    "Index Name": node.index,
    "Relation Name": node.relation?.name ?? null,
    Schema: node.relation?.schema ?? null,
    "Startup Cost": node.startupCost,
    "Total Cost": node.totalCost,
    "Plan Rows": node.planRows,
    "Actual Total Time": node.actual?.timeMsPerLoop ?? null,
    "Actual Rows": node.actual?.rowsPerLoop ?? null,
    "Actual Loops": node.actual?.loops ?? null,
    "Index Cond": node.indexCondition,
    Filter: node.filter,
    [node.type === "ModifyTable" ? "Operation" : "Strategy"]: node.strategy,
    Plans: node.children.length === 0 ? null : node.children.map(nodeSource),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
