import type { Planner, WhatIf } from "../contract/planner.ts";
import type { IndexDefinition } from "../domain/candidate.ts";
import { changeId } from "../domain/index-sql.ts";
import type { Plan } from "../domain/plan.ts";
import type { BindingProof } from "../domain/proof.ts";
import type { Example } from "../domain/workload.ts";
import { substituteParameters } from "../syntax/parameters.ts";
import type { RewriteCost } from "./trial.ts";

export interface Priced {
  readonly cost: RewriteCost | null;
  readonly indexes: readonly IndexDefinition[];
  /** The planner's words when the rewritten statement cannot be planned. */
  readonly failure: string | null;
}

/** An index must bring this part of the cost, or the rewrite is told without it. */
const indexWorth = 0.9;

/**
 * Plans the statement and its rewrite with every binding under the indexes at hand, and once more with those that the rewrite
 * wants. What such an index does for the statement as it is counts for the statement as it is.
 */
export async function priceRewrite(
  rewritten: { readonly after: string; readonly suggests: readonly IndexDefinition[] },
  examples: readonly Example[],
  { planner, base }: { readonly planner: Planner; readonly base: WhatIf },
): Promise<Priced> {
  const alone = await priced(rewritten.after, examples, { planner, before: [base], after: base });
  if (typeof alone === "string") return { cost: null, indexes: [], failure: alone };
  const made: string[] = [];
  for (const index of rewritten.suggests) {
    const id = changeId({ kind: "create-index", index });
    if ((await planner.prepare(id, index)).kind === "prepared") made.push(id);
  }
  if (made.length === 0) return { cost: alone, indexes: [], failure: null };
  const withIndexes = { ...base, show: [...new Set([...base.show, ...made])] };
  const jointly = await priced(rewritten.after, examples, { planner, before: [base, withIndexes], after: withIndexes });
  const better = typeof jointly !== "string" && jointly.after < alone.after * indexWorth;
  return better ? { cost: jointly, indexes: rewritten.suggests, failure: null } : { cost: alone, indexes: [], failure: null };
}

interface Setting {
  readonly planner: Planner;
  /** Index sets among which the statement as it is may take its cheapest. */
  readonly before: readonly WhatIf[];
  readonly after: WhatIf;
}

async function priced(after: string, examples: readonly Example[], setting: Setting): Promise<RewriteCost | string> {
  const bindings: BindingProof[] = [];
  let plans: { readonly before: Plan; readonly after: Plan } | null = null;
  for (const example of examples) {
    const options = { generic: example.kind === "generic" };
    const bound = substituteParameters(after, (place) => example.values[place.number] ?? null);
    const now = await setting.planner.plan(bound, setting.after, options);
    if (now.kind === "failed") return now.message;
    let cheapest: Plan | null = null;
    for (const set of setting.before) {
      const old = await setting.planner.plan(example.sql, set, options);
      if (old.kind === "failed") return old.message;
      if (!cheapest || old.plan.root.totalCost < cheapest.root.totalCost) cheapest = old.plan;
    }
    if (!cheapest) return "there is nothing to compare with";
    plans ??= { before: cheapest, after: now.plan };
    bindings.push({ kind: example.kind, costBefore: cheapest.root.totalCost, costAfter: now.plan.root.totalCost, used: true });
  }
  const [typical] = bindings;
  if (!typical || !plans) return "the statement has no binding that can be planned";
  const worstRatio = Math.max(...bindings.map((each) => (each.costBefore > 0 ? each.costAfter / each.costBefore : 1)));
  return { before: typical.costBefore, after: typical.costAfter, worstRatio, bindings, plans };
}
