import type { Plan, PlanNode } from "../src/domain/plan.ts";
import type { CasePlan } from "../src/domain/proven-case.ts";

/** A plan as a case keeps it: its cost, and its nodes as EXPLAIN nests them. */
export function casePlan({ root }: Plan): CasePlan {
  return { totalCost: Number(root.totalCost.toFixed(2)), nodes: [...nodeLines(root, "")] };
}

function* nodeLines(node: PlanNode, indent: string): Generator<string> {
  const on = node.relation === null ? "" : ` on ${node.relation.name}`;
  const by = node.index === null ? "" : ` using ${/^\d|plansmith/.test(node.index) ? "the new index" : node.index}`;
  yield `${indent}${node.type}${by}${on}  (cost ${node.startupCost.toFixed(2)}..${node.totalCost.toFixed(2)}, rows ${Math.round(node.planRows)})`;
  for (const child of node.children) yield* nodeLines(child, `${indent}  `);
}
