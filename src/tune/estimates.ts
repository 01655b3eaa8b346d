import type { Plan } from "../domain/plan.ts";
import type { TuningEffect } from "../domain/tuning.ts";
import { planChange } from "../explain/plan-change.ts";
import { planShape } from "../parse/read-plan.ts";
import type { Questions } from "./replan.ts";

/** An estimate off by fewer times is worth no statistics that every ANALYZE must make. */
export const leastError = 10;
/** The new estimate must be this many times nearer to what was counted. */
export const leastImprovement = 3;
/** Rows of the sample, expected or found, from which a count says something. */
export const fewestSampled = 10;

/** How many times apart; under one row counts as one, as the planner has it. */
export function timesApart(a: number, b: number): number {
  const [one, other] = [Math.max(1, a), Math.max(1, b)];
  return one > other ? one / other : other / one;
}

/** Rows that the planner expects of a statement; null where it cannot plan it. */
export async function expectedRows(sql: string, { planner, indexes }: Questions): Promise<number | null> {
  const outcome = await planner.plan(sql, indexes);
  return outcome.kind === "planned" ? outcome.plan.root.planRows : null;
}

interface Planned {
  readonly before: ReadonlyMap<string, Plan>;
  readonly after: ReadonlyMap<string, Plan>;
  readonly rows: { readonly rowsBefore: number; readonly rowsAfter: number; readonly rowsSampled: number };
}

/** What one estimate does to the statements that it is for; no plan change is told where the plan keeps its shape. */
export function estimateEffects(families: readonly string[], { before, after, rows }: Planned): TuningEffect[] {
  return families.flatMap((family): TuningEffect[] => {
    const [was, is] = [before.get(family), after.get(family)];
    if (!was || !is) return [];
    const change = planShape(was) === planShape(is) ? "" : planChange(was, is);
    return [{ family, costBefore: was.root.totalCost, costAfter: is.root.totalCost, ...rows, planChange: change }];
  });
}
