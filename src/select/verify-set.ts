import type { CostModel, FamilyCost } from "../contract/cost-model.ts";
import { isRegression } from "./regression.ts";
import type { WeighedFamily } from "./weigh.ts";

interface VerifyInput {
  readonly families: readonly WeighedFamily[];
  readonly model: CostModel;
  /** Part of its cost of today, 0–1, that a statement may end above. */
  readonly maxRegression: number;
}

/**
 * The whole workload planned with the set, nothing inferred. What no plan uses goes out, and so does what makes a
 * statement dearer than it may be, until every index is used and nobody is hurt.
 */
export async function verifySet(
  chosen: readonly string[],
  input: VerifyInput,
): Promise<{ readonly ids: readonly string[]; readonly costs: ReadonlyMap<string, FamilyCost> }> {
  let ids = chosen;
  for (;;) {
    const show = new Set(ids);
    const costs = new Map<string, FamilyCost>();
    for (const family of input.families) costs.set(family.id, await input.model.cost(family.id, { show, hide: [] }));
    const used = new Set([...costs.values()].flatMap((cost) => [...cost.used]));
    const harmful = culprit(ids, costs, input);
    const kept = ids.filter((id) => used.has(id) && id !== harmful);
    if (kept.length === ids.length) return { ids, costs };
    ids = kept;
  }
}

/** The last chosen of the indexes that a statement uses although it got dearer; null when no statement did. */
function culprit(ids: readonly string[], costs: ReadonlyMap<string, FamilyCost>, input: VerifyInput): string | null {
  for (const { id, baselineCost } of input.families) {
    const now = costs.get(id)!;
    if (isRegression(now.cost, baselineCost, input.maxRegression)) {
      const last = ids.findLast((each) => now.used.has(each));
      if (last !== undefined) return last;
    }
  }
  return null;
}
