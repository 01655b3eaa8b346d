import type { CostModel, FamilyCost } from "../contract/cost-model.ts";
import { isRegression } from "./regression.ts";
import type { SearchCandidate } from "./search.ts";
import type { WeighedFamily } from "./weigh.ts";

interface ChosenSet {
  readonly ids: readonly string[];
  readonly costs: ReadonlyMap<string, FamilyCost>;
  /** By id. */
  readonly families: ReadonlyMap<string, WeighedFamily>;
  readonly model: CostModel;
  /** Part of its cost of today, 0–1, that a statement may end above. */
  readonly maxRegression: number;
}

/**
 * What forbids adding the candidate to the chosen set, in words: a statement that it would make dearer than it is today, or writes that
 * cost more than it saves. Null when nothing forbids it.
 */
export async function vetoOf(
  candidate: SearchCandidate,
  { ids, costs, families, model, maxRegression }: ChosenSet,
): Promise<string | null> {
  const show = new Set([...ids, candidate.id]);
  let saved = 0;
  for (const id of candidate.families) {
    const family = families.get(id);
    if (!family) continue;
    const { cost } = await model.cost(family.id, { show, hide: [] });
    if (isRegression(cost, family.baselineCost, maxRegression)) {
      const [was, is] = [family.baselineCost, cost].map((each) => each.toLocaleString("en-US", { maximumFractionDigits: 2 }));
      return `Vetoed: the planner would choose it for statement ${family.id}, whose cost it raises from ${was} to ${is}.`;
    }
    saved += family.weight * ((costs.get(family.id)?.cost ?? family.baselineCost) - cost);
  }
  return saved > 0 && saved <= candidate.price ? "Vetoed: keeping it would cost writes more than it saves reads." : null;
}
