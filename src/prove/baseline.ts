import type { Planner } from "../contract/planner.ts";
import type { Plan } from "../domain/plan.ts";
import type { Example, QueryFamily, Skipped } from "../domain/workload.ts";
import { planShape } from "../parse/plan-outline.ts";
import type { RootOf } from "./inheritance-root.ts";
import type { PlannableFamily } from "./what-if.ts";

const nothing = { show: [], hide: [] };

export interface BaselineOptions {
  /** Told of every binding's cost. */
  readonly onCost?: (example: Example, cost: number) => void;
  /** Given: the typical plan's shape is kept. */
  readonly rootOf?: RootOf;
}

/** Plans every binding with the indexes that exist; a family none of whose bindings plans is skipped with the planner's reason. */
export async function baseline(
  family: QueryFamily,
  planner: Planner,
  { onCost, rootOf }: BaselineOptions = {},
): Promise<PlannableFamily | Skipped> {
  const planned: { readonly example: Example; readonly cost: number }[] = [];
  let typical: Plan | null = null;
  let reason = "it has no binding to plan";
  for (const example of family.examples) {
    const outcome = await planner.plan(example.sql, nothing, { generic: example.kind === "generic" });
    if (outcome.kind === "planned") {
      const { plan } = outcome;
      planned.push({ example, cost: plan.root.totalCost });
      typical ??= plan;
      onCost?.(example, plan.root.totalCost);
    } else reason = `${outcome.message}${outcome.sqlState ? ` (SQLSTATE ${outcome.sqlState})` : ""}`;
  }
  const [first] = planned;
  if (!first) return { sql: family.sql, place: family.place, calls: family.load.calls, reason: "unplannable", detail: reason };
  const examples = planned.map((each) => each.example);
  const shape = rootOf && typical ? { shape: planShape(typical, rootOf) } : {};
  return { family, typical: first.example, examples, baselineCost: first.cost, ...shape };
}
