import type { CostModel, IndexSet } from "../contract/cost-model.ts";
import type { Plan } from "../domain/plan.ts";
import type { BindingProof } from "../domain/proof.ts";
import type { Proved } from "../prove/prove.ts";
import { worthAChange } from "../rewrite/worth-a-change.ts";
import type { JudgedVariants, ProvedVariant } from "./judge-variants.ts";

const { minGain, minCostSaved, maxRegression, aboutTheSame } = worthAChange;

/**
 * Costs of statements that may be rewritten: under every set of indexes the cheapest of the texts that give the same rows, so that
 * rewrites and indexes are chosen by one search. A rewrite counts as dearer than it is by what it must save at least: changing a
 * statement has a price, as keeping an index has. The least of costs that only fall with more indexes falls too.
 */
export function variantCosts(proved: Proved, judged: JudgedVariants["proved"]): CostModel {
  return {
    async cost(family, indexes) {
      let best = await proved.costs.cost(family, indexes);
      for (const { planned } of judged.get(family) ?? []) {
        const other = await proved.costs.cost(planned.family.id, indexes);
        const priced = pricedCost(other.cost);
        if (priced < best.cost) best = { cost: priced, used: other.used };
      }
      return best;
    },
    // Of one that may be rewritten, a plan of its own text is not yet its cost.
    known: (family) => (judged.has(family) ? [] : (proved.costs.known?.(family) ?? [])),
  };
}

/** What a statement that may be rewritten could cost less than the search believed. */
export function priceSlack(cost: number): number {
  return cost * minGain + minCostSaved * (1 - minGain);
}

function pricedCost(cost: number): number {
  return cost / (1 - minGain) + minCostSaved;
}

/** A rewrite that stands for its statement in the end: the two compared with the whole chosen set in place. */
export interface StandingVariant extends ProvedVariant, Comparison {
  /** Of the typical binding. */
  readonly plans: { readonly before: Plan; readonly after: Plan };
}

/** What the two cost under one set of indexes. */
export interface Comparison {
  readonly before: number;
  readonly after: number;
  /** Worst ratio after/before over all bindings. */
  readonly worstRatio: number;
  readonly bindings: readonly BindingProof[];
  /** Chosen candidates that its plan uses, and by which the statement as it is would gain nothing worth the change. */
  readonly needs: ReadonlySet<string>;
}

/** The rewrites that win under the set, by family; one whose other bindings get dearer than they may does not stand, and says why in `refused`. */
export async function standingVariants(
  proved: Proved,
  judged: JudgedVariants["proved"],
  set: IndexSet,
): Promise<{ readonly standing: ReadonlyMap<string, StandingVariant>; readonly refused: ReadonlyMap<ProvedVariant, string> }> {
  const standing = new Map<string, StandingVariant>();
  const refused = new Map<ProvedVariant, string>();
  for (const [family, variants] of judged) {
    const original = proved.families.get(family);
    if (!original) continue;
    let best: ProvedVariant | null = null;
    let least = (await proved.costs.cost(family, set)).cost;
    for (const each of variants) {
      const { cost } = await proved.costs.cost(each.planned.family.id, set);
      if ((best ? cost : pricedCost(cost)) >= least) continue;
      best = each;
      least = cost;
    }
    for (const each of variants)
      if (best && each !== best) refused.set(each, "Another rewrite of the statement saves more.");
      else if (!best) refused.set(each, each.alone <= least * (1 + aboutTheSame) + minCostSaved ? withoutIndexes : needless);
    if (!best) continue;
    const plans = {
      before: await proved.costs.planOf(original.family, original.typical, set),
      after: await proved.costs.planOf(best.planned.family, best.planned.typical, set),
    };
    const made = { ...best, ...(await comparedUnder(best, { proved, set })), plans };
    if (made.worstRatio > 1 + maxRegression)
      refused.set(best, `Other values make it worse: ${percentMore(made.worstRatio)} more cost at worst.`);
    else standing.set(family, made);
  }
  return { standing, refused };
}

const needless = "With the recommended indexes in place the statement as it is costs no more.";
const withoutIndexes =
  "With the recommended indexes in place the statement as it is costs no more. Alternative: in these words it costs about as little with the indexes there are, and needs no new one.";

function percentMore(ratio: number): string {
  return `${((ratio - 1) * 100).toFixed(1)} %`;
}

/** The statement as it is and in other words, each planned under the set for every binding. */
export async function comparedUnder(
  { variant, planned }: Pick<ProvedVariant, "variant" | "planned">,
  { proved, set }: { readonly proved: Proved; readonly set: IndexSet },
): Promise<Comparison> {
  const original = proved.families.get(variant.of)!;
  const { costs } = proved;
  const bindings: BindingProof[] = [];
  let needs: ReadonlySet<string> = new Set();
  for (const example of original.examples) {
    const own = planned.examples.find((each) => each.kind === example.kind);
    if (!own) continue;
    const before = await costs.costOf(original.family, example, set);
    const after = await costs.costOf(planned.family, own, set);
    if (example === original.typical) {
      const { cost: today } = await costs.costOf(original.family, example, { show: new Set(), hide: [] });
      const serves = today - before.cost >= today * minGain;
      needs = new Set([...after.used].filter((id) => !serves || !before.used.has(id)));
    }
    bindings.push({ kind: example.kind, costBefore: before.cost, costAfter: after.cost, used: true });
  }
  const [typical] = bindings;
  return {
    before: typical!.costBefore,
    after: typical!.costAfter,
    worstRatio: Math.max(...bindings.map((each) => (each.costBefore > 0 ? each.costAfter / each.costBefore : 1))),
    bindings,
    needs,
  };
}
