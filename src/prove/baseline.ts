import type { Planner } from "../contract/planner.ts";
import type { Example, QueryFamily, Skipped } from "../domain/workload.ts";
import type { PlannableFamily } from "./what-if.ts";

const nothing = { show: [], hide: [] };

/**
 * Plans every binding with the indexes that exist, and tells `onCost` of each; a family none of whose bindings plans is skipped with
 * the planner's reason.
 */
export async function baseline(
  family: QueryFamily,
  planner: Planner,
  onCost?: (example: Example, cost: number) => void,
): Promise<PlannableFamily | Skipped> {
  const planned: { readonly example: Example; readonly cost: number }[] = [];
  let reason = "it has no binding to plan";
  for (const example of family.examples) {
    const outcome = await planner.plan(example.sql, nothing, { generic: example.kind === "generic" });
    if (outcome.kind === "planned") {
      planned.push({ example, cost: outcome.plan.root.totalCost });
      onCost?.(example, outcome.plan.root.totalCost);
    } else reason = `${outcome.message}${outcome.sqlState ? ` (SQLSTATE ${outcome.sqlState})` : ""}`;
  }
  const [first] = planned;
  if (!first) return { sql: family.sql, place: family.place, calls: family.load.calls, reason: "unplannable", detail: reason };
  return { family, typical: first.example, examples: planned.map((each) => each.example), baselineCost: first.cost };
}
