import { cheapestPriced, type Prices } from "./cheapest-plan.ts";
import type { SearchCandidate, SearchInput } from "./search.ts";
import { servingEach } from "./serving.ts";
import type { Ground } from "./state.ts";
import { mostWorth, type Worth } from "./worth.ts";

/** A statement, the candidates that can serve it, and what it pays each of them. */
interface Payer {
  readonly id: string;
  readonly own: readonly string[];
  readonly prices: Map<string, number>;
}

const rounds = 12;
const steps = 400;
/** Plans looked at in one round: about a second. */
const mostLookUps = 10_000_000;

/**
 * The least weighted cost of any set within the budget, from below. Lagrangian relaxation of the choice of one plan per
 * statement and of the indexes that plans use (the integer programme of CoPhy, Dash, Polyzotis & Ailamaki 2011): if each
 * statement pays a price for every index its plan uses, then for any prices
 *   sum over statements of (cheapest plan with its prices) − most that a set within the budget collects
 * is at most what the best set costs: that set's plans are among the plans, and it collects at most the most. Prices are
 * moved by subgradients over the plans known so far, then the planner is asked for cheaper plans at these prices
 * (`cheapestPriced`, exact), until none comes. The best bound met is given: stopping early gives a lower one, never a wrong one.
 * Wrong only where hiding an index makes a plan cheaper (new statistics of an expression; the planner's 1 % fuzz), or by
 * error of the index sizes. `reached` is the cost of a set at hand: it sizes the steps and is never exceeded.
 */
export async function boundWithin(
  input: SearchInput,
  ground: Ground,
  { reached, floor, maxQuestions }: { readonly reached: number; readonly floor: number; readonly maxQuestions: number },
): Promise<number> {
  const payers = payersOf(input);
  const isSpent = () => ground.costs.asked() >= maxQuestions || input.outOfTime();
  let best = floor;
  for (let round = 0; round < rounds; round++) {
    const worth = adjust(payers, { input, ground, reached });
    lift(payers, input.candidates, worth);
    const asked = ground.costs.asked();
    let sum = 0;
    for (const { id, own, prices } of payers) {
      if (input.outOfTime()) return Math.min(best, reached);
      sum += await cheapestPriced(ground.families.get(id)!, own, { prices, costs: ground.costs, isSpent });
    }
    const bound = sum - collected(payers, input).worth;
    best = Math.max(best, bound);
    if (ground.costs.asked() === asked || isSpent()) break;
  }
  return Math.min(best, reached);
}

function payersOf(input: SearchInput): Payer[] {
  const serving = servingEach(input.candidates);
  return input.families.map(({ id }) => ({ id, own: (serving.get(id) ?? []).map((each) => each.id), prices: new Map() }));
}

function collected(payers: readonly Payer[], input: SearchInput): Worth {
  const worth = new Map<string, number>();
  for (const { prices } of payers) for (const [id, price] of prices) worth.set(id, (worth.get(id) ?? 0) + price);
  return mostWorth(input.candidates, (id) => worth.get(id) ?? 0, input.budget);
}

/** Subgradient steps of Polyak's length over the plans known so far; leaves the prices of the best step. */
function adjust(
  payers: readonly Payer[],
  { input, ground, reached }: { readonly input: SearchInput; readonly ground: Ground; readonly reached: number },
): Worth {
  const known = payers.map(({ id }) => {
    const { weight, baselineCost } = ground.families.get(id)!;
    const plans = ground.costs.known(id).map(({ cost, used }) => ({ cost: weight * cost, used: [...used] }));
    return [{ cost: weight * baselineCost, used: [] as string[] }, ...plans];
  });
  let best = { bound: Number.NEGATIVE_INFINITY, prices: payers.map(({ prices }) => new Map(prices)), worth: collected(payers, input) };
  let relax = 1;
  let since = 0;
  const plans = known.reduce((sum, own) => sum + own.length, 0);
  const affordable = Math.min(steps, Math.ceil(mostLookUps / plans));
  for (let step = 0; step < affordable && !input.outOfTime(); step++) {
    const worth = collected(payers, input);
    let sum = 0;
    let square = 0;
    const slopes = payers.map(({ prices }, at) => {
      const plan = cheapestOf(known[at]!, prices);
      sum += plan.total;
      const slope = new Map(plan.used.map((id) => [id, 1]));
      for (const id of prices.keys()) {
        const part = worth.taken.get(id);
        if (part !== undefined) slope.set(id, (slope.get(id) ?? 0) - part);
      }
      for (const each of slope.values()) square += each * each;
      return slope;
    });
    const bound = sum - worth.worth;
    if (bound > best.bound) {
      best = { bound, prices: payers.map(({ prices }) => new Map(prices)), worth };
      since = 0;
    } else if (++since === 20) {
      relax /= 2;
      since = 0;
    }
    if (square === 0 || relax < 1e-3) break;
    const length = (relax * Math.max(0, reached - bound)) / square;
    for (const [at, { prices }] of payers.entries())
      for (const [id, slope] of slopes[at]!) prices.set(id, Math.max(0, (prices.get(id) ?? 0) + length * slope));
  }
  for (const [at, { prices }] of payers.entries()) {
    prices.clear();
    for (const [id, price] of best.prices[at]!) prices.set(id, price);
  }
  return best.worth;
}

function cheapestOf(plans: readonly { readonly cost: number; readonly used: readonly string[] }[], prices: Prices) {
  let best = { total: Number.POSITIVE_INFINITY, used: [] as readonly string[] };
  for (const { cost, used } of plans) {
    let total = cost;
    for (const id of used) total += prices.get(id) ?? 0;
    if (total < best.total) best = { total, used };
  }
  return best;
}

/** An index that collects less than its bytes are worth anyway may cost that much, and no set collects more for it. */
function lift(payers: readonly Payer[], candidates: readonly SearchCandidate[], { perByte }: Worth): void {
  if (perByte <= 0) return;
  const payerOf = new Map(payers.map((payer) => [payer.id, payer]));
  for (const { id, bytes, price, families } of candidates) {
    const own = families.flatMap((family) => payerOf.get(family) ?? []);
    const paid = own.reduce((sum, { prices }) => sum + (prices.get(id) ?? 0), 0);
    const slack = perByte * bytes + price - paid;
    if (slack > 0) for (const { prices } of own) prices.set(id, (prices.get(id) ?? 0) + slack / own.length);
  }
}
