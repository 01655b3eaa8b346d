import { brokenLimit, budgetShare } from "./budget.ts";
import type { SearchCandidate, SearchInput } from "./search.ts";
import type { Ground } from "./state.ts";

/** One plan that the planner has shown: its weighted cost and the places of the candidates it uses. */
interface KnownPlan {
  readonly cost: number;
  readonly needs: readonly number[];
}

/** A choice of candidates by place, and the plan that each statement has with it. */
interface Choice {
  readonly has: Uint8Array;
  readonly members: readonly number[];
  readonly plans: readonly KnownPlan[];
  readonly total: number;
}

/**
 * Look-ups of statements after which it ends with the best so far: about 3 s, and 9 s for all calls of one search. A workload of a few
 * dozen statements takes a tenth of that; one of thousands gets its greedy set and a few exchanges.
 */
const mostLookUps = 20_000_000;
const mostOfSearch = 60_000_000;

/** Exchanges tried before a choice counts as settled, the most promising first. */
const exchangesTried = 24;

/**
 * The best set within the budget over the plans that the planner has shown so far, without asking it: a statement costs what the
 * cheapest known plan does whose indexes are all there (Dash, Polyzotis & Ailamaki 2011), so that a trial takes microseconds where
 * a question takes milliseconds. Iterated local search (Lourenço, Martin & Stützle 2003): fill by gain per share of the budget,
 * put in what one statement would like best and throw out what is missed least, then shake a few members loose and start again
 * from the best. The planner's own cost of the set can only be lower, but for its 1 % fuzz: the caller plans it.
 * Deterministic: the shaking is by a counter's hash.
 */
export function recombine(
  input: SearchInput,
  ground: Ground,
  { start, shakes }: { readonly start: readonly SearchCandidate[]; readonly shakes: number },
): readonly SearchCandidate[] {
  const table = planTable(input, ground);
  const { work } = ground;
  const most = Math.min(mostOfSearch, work.lookUps + mostLookUps);
  const isSpent = () => work.lookUps > most || input.outOfTime();
  const placeOf = new Map(input.candidates.map(({ id }, place) => [id, place]));
  const given = choose(
    table,
    start.map(({ id }) => placeOf.get(id)!),
  );
  let best = settle(table, given, isSpent);
  const random = hashed(input.candidates.length);
  for (let shake = 0; shake < shakes && !isSpent(); shake++) {
    const lost = 1 + random(3);
    const kept = new Set(best.members);
    for (let n = 0; n < lost && kept.size > 0; n++) kept.delete([...kept][random(kept.size)]!);
    // One statement gets a plan of its own choice, whatever it costs the others.
    const plans = table.plans[random(table.plans.length)]!;
    const wish = plans[random(plans.length)]?.needs ?? [];
    const next = settle(table, fitted(table, [...new Set([...wish, ...kept])]), isSpent);
    if (next.total < best.total * (1 - 1e-9)) best = next;
  }
  return best.members.map((place) => input.candidates[place]!);
}

interface PlanTable {
  readonly input: SearchInput;
  /** Of each statement, the cheapest first; the last needs nothing. */
  readonly plans: readonly (readonly KnownPlan[])[];
  /** Of each candidate, the statements with a plan that needs it. */
  readonly users: readonly (readonly number[])[];
  readonly work: Ground["work"];
}

function planTable(input: SearchInput, ground: Ground): PlanTable {
  const placeOf = new Map(input.candidates.map(({ id }, place) => [id, place]));
  const plans = input.families.map(({ id, weight, baselineCost }) => {
    const nothing: KnownPlan = { cost: weight * baselineCost, needs: [] };
    const shown = ground.costs.known(id).map(({ cost, used }): KnownPlan => {
      return { cost: weight * cost, needs: [...used].flatMap((each) => placeOf.get(each) ?? []).toSorted((a, b) => a - b) };
    });
    return undominated([...shown, nothing].toSorted((a, b) => a.cost - b.cost || a.needs.length - b.needs.length));
  });
  const users = input.candidates.map((): number[] => []);
  for (const [statement, own] of plans.entries())
    for (const place of new Set(own.flatMap(({ needs }) => needs))) users[place]!.push(statement);
  return { input, plans, users, work: ground.work };
}

/** Without plans that need all that a cheaper one needs; ends with the first that needs nothing. */
function undominated(sorted: readonly KnownPlan[]): KnownPlan[] {
  const kept: KnownPlan[] = [];
  for (const plan of sorted) {
    const needs = new Set(plan.needs);
    if (kept.some((cheaper) => cheaper.needs.every((place) => needs.has(place)))) continue;
    kept.push(plan);
    if (plan.needs.length === 0) break;
  }
  return kept;
}

function planOf({ plans }: PlanTable, statement: number, has: Uint8Array): KnownPlan {
  return plans[statement]!.find(({ needs }) => needs.every((place) => has[place] === 1))!;
}

function choose(table: PlanTable, members: readonly number[]): Choice {
  table.work.lookUps += table.plans.length;
  const has = new Uint8Array(table.input.candidates.length);
  for (const place of members) has[place] = 1;
  const plans = [...table.plans.keys()].map((statement) => planOf(table, statement, has));
  const total = plans.reduce((sum, { cost }) => sum + cost, 0) + priceOf(table, members);
  return { has, members, plans, total };
}

function priceOf({ input }: PlanTable, places: readonly number[]): number {
  return places.reduce((sum, place) => sum + input.candidates[place]!.price, 0);
}

/** Weighted cost that additions save: only plans cheaper than a statement's own are looked at. */
function gainOf(table: PlanTable, { has, plans }: Choice, added: readonly number[]): number {
  let gain = -priceOf(table, added);
  for (const place of added) has[place] = 1;
  for (const statement of new Set(added.flatMap((place) => table.users[place]!))) {
    table.work.lookUps++;
    const own = plans[statement]!;
    for (const plan of table.plans[statement]!) {
      if (plan === own) break;
      if (!plan.needs.every((place) => has[place] === 1)) continue;
      gain += own.cost - plan.cost;
      break;
    }
  }
  for (const place of added) has[place] = 0;
  return gain;
}

/** Weighted cost that a member's absence would add: only statements whose plan needs it are looked at. */
function lossOf(table: PlanTable, { has, plans }: Choice, member: number): number {
  let loss = -priceOf(table, [member]);
  has[member] = 0;
  for (const statement of table.users[member]!) {
    table.work.lookUps++;
    const own = plans[statement]!;
    if (own.needs.includes(member)) loss += planOf(table, statement, has).cost - own.cost;
  }
  has[member] = 1;
  return loss;
}

function candidatesAt({ input }: PlanTable, places: readonly number[]): SearchCandidate[] {
  return places.map((place) => input.candidates[place]!);
}

function fits(table: PlanTable, members: readonly number[]): boolean {
  table.work.lookUps += members.length;
  return brokenLimit(candidatesAt(table, members), table.input.budget) === null;
}

function shareOf(table: PlanTable, places: readonly number[]): number {
  return Math.max(1e-12, budgetShare(candidatesAt(table, places), table.input.budget));
}

/** Throws out what is missed least for its share until the limits hold. */
function fitted(table: PlanTable, members: readonly number[]): Choice {
  let choice = choose(table, members);
  while (!fits(table, choice.members)) {
    let worst = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const place of choice.members) {
      const loss = lossOf(table, choice, place) / shareOf(table, [place]);
      if (loss < least) [worst, least] = [place, loss];
    }
    const rest = choice.members.filter((place) => place !== worst);
    choice = choose(table, rest);
  }
  return choice;
}

/** Additions and exchanges until none helps. */
function settle(table: PlanTable, start: Choice, isSpent: () => boolean): Choice {
  let choice = start;
  for (;;) {
    const grown = filled(table, choice, isSpent);
    const better = isSpent() ? null : exchanged(table, grown);
    if (better === null) return grown;
    choice = better;
  }
}

/** The best addition per share, as long as one fits; what no plan needs any more gives its room back. */
function filled(table: PlanTable, start: Choice, isSpent: () => boolean): Choice {
  let choice = start;
  while (!isSpent()) {
    const needed = new Set(choice.plans.flatMap(({ needs }) => needs));
    if (needed.size < choice.members.length)
      choice = choose(
        table,
        [...needed].toSorted((a, b) => a - b),
      );
    const best = additions(table, choice).find((added) => fits(table, [...choice.members, ...added]));
    if (best === undefined) return choice;
    choice = choose(table, [...choice.members, ...best]);
  }
  return choice;
}

/** What statements lack for plans cheaper than their own and that saves something, the most per share first. */
function additions(table: PlanTable, choice: Choice): readonly (readonly number[])[] {
  const found = new Map<string, { readonly added: readonly number[]; readonly score: number }>();
  table.work.lookUps += table.plans.length;
  for (const [statement, own] of choice.plans.entries())
    for (const plan of table.plans[statement]!) {
      if (plan === own) break;
      const added = plan.needs.filter((place) => choice.has[place] === 0);
      const key = added.join();
      if (found.has(key)) continue;
      found.set(key, { added, score: gainOf(table, choice, added) / shareOf(table, added) });
    }
  return [...found.values()]
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ added }) => added);
}

/** The first exchange found that saves something: an addition, with what is missed least thrown out for it. */
function exchanged(table: PlanTable, choice: Choice): Choice | null {
  for (const added of additions(table, choice).slice(0, exchangesTried)) {
    const next = fitted(table, [...added, ...choice.members]);
    if (next.total < choice.total * (1 - 1e-9)) return next;
  }
  return null;
}

/** Numbers from 0 to below `n`, the same in every run (xorshift32, Marsaglia 2003). */
function hashed(seed: number): (n: number) => number {
  let state = (seed * 2654435761 + 1) >>> 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % n;
  };
}
