import type { InferredCosts } from "./inferred-costs.ts";
import type { WeighedFamily } from "./weigh.ts";

/** What one statement must pay for using each candidate, in weighted cost; a candidate not named is free. */
export type Prices = ReadonlyMap<string, number>;

interface Node {
  readonly allowed: readonly string[];
  /** Candidates whose price is paid whether they are used or not. */
  readonly paid: ReadonlySet<string>;
  readonly cost: number;
  readonly used: ReadonlySet<string>;
  /** No plan of this node costs less, prices included. */
  readonly bound: number;
}

/**
 * A lower bound on what a statement costs with the prices of the candidates its plan uses added: exact unless it must
 * stop. Branch and bound: a plan with every candidate allowed costs least, its cheapest variants either pay for the dearest of
 * the indexes used or do without it. Rests on what `inferredCosts` rests on: that hiding an index makes no plan cheaper.
 */
export async function cheapestPriced(
  family: WeighedFamily,
  own: readonly string[],
  { prices, costs, isSpent }: { readonly prices: Prices; readonly costs: InferredCosts; readonly isSpent: () => boolean },
): Promise<number> {
  const priceOf = (ids: Iterable<string>) => {
    let sum = 0;
    for (const id of ids) sum += prices.get(id) ?? 0;
    return sum;
  };
  let best = family.weight * family.baselineCost;
  const open: Node[] = [];
  const add = (node: Omit<Node, "bound">) => {
    best = Math.min(best, family.weight * node.cost + priceOf(node.used));
    const bound = family.weight * node.cost + priceOf(node.paid);
    if (bound < best) insert(open, { ...node, bound });
  };
  const first = await costs.cost(family.id, new Set(own));
  const floor = family.weight * first.cost;
  // What costs more than it could ever save is in no cheapest plan.
  const allowed = own.filter((id) => floor + (prices.get(id) ?? 0) < best);
  add({ allowed, paid: new Set(), ...(allowed.length === own.length ? first : await costs.cost(family.id, new Set(allowed))) });
  for (;;) {
    const node = open.pop();
    if (node === undefined || node.bound >= best) return best;
    const dearest = dearestOf(node, prices);
    // Nothing left to decide: the node's own plan is its cheapest.
    if (dearest === null) return Math.min(best, node.bound);
    if (isSpent()) return node.bound;
    add({ ...node, paid: new Set([...node.paid, dearest]) });
    const without = node.allowed.filter((id) => id !== dearest);
    add({ allowed: without, paid: node.paid, ...(await costs.cost(family.id, new Set(without))) });
  }
}

function dearestOf({ used, paid }: Node, prices: Prices): string | null {
  let dearest: string | null = null;
  let most = 0;
  for (const id of used) {
    const price = prices.get(id) ?? 0;
    if (paid.has(id) || price < most || price === 0) continue;
    if (price === most && dearest !== null && dearest < id) continue;
    dearest = id;
    most = price;
  }
  return dearest;
}

/** The least bound last, where `pop` finds it. */
function insert(open: Node[], node: Node): void {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (open[middle]!.bound > node.bound) low = middle + 1;
    else high = middle;
  }
  open.splice(low, 0, node);
}
