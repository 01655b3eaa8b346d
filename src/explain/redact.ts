import type { Plan, PlanNode } from "../domain/plan.ts";

const quoted = /'(?:[^']|'')*'/g;
/** A number that is no part of a name, a parameter or a cast's modifier. */
const number = /(?<![\w$."])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w"])/gi;

/** SQL or a plan condition without its literals: strings and numbers become `…`. For text that no parser could normalise. */
export function withoutLiterals(sql: string): string {
  return sql.replaceAll(quoted, "'…'").replaceAll(number, "…");
}

/** A plan whose conditions show no value: parameters are bound from statistics, which hold rows' own values. */
export function redactPlan(plan: Plan): Plan {
  return { ...plan, root: redactNode(plan.root) };
}

function redactNode(node: PlanNode): PlanNode {
  return {
    ...node,
    indexCondition: node.indexCondition === null ? null : withoutLiterals(node.indexCondition),
    filter: node.filter === null ? null : withoutLiterals(node.filter),
    children: node.children.map(redactNode),
  };
}
