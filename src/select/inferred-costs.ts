import type { CostModel, FamilyCost } from "../contract/cost-model.ts";

/** A set of candidates as far as one statement asks: a Set, a Map by id, or a set with a change to it. */
export interface Members {
  has(id: string): boolean;
}

/** Answers for the search: what earlier plans already tell is not asked again. */
export interface InferredCosts {
  /** Cost of the family's typical binding with exactly these candidates (others than its own are ignored). */
  cost(family: string, ids: Members): Promise<FamilyCost>;
  /** Asks without inferring. Where that differs by more than 1 % from what was expected, nothing is inferred for this family any more. */
  verified(family: string, ids: Members, expected: number): Promise<{ readonly cost: FamilyCost; readonly surprising: boolean }>;
  /** Every plan of the family that the planner has shown. */
  known(family: string): readonly FamilyCost[];
  /** Questions that went to the planner's cost model. */
  asked(): number;
}

interface Known extends FamilyCost {
  /** Bits of the candidates shown, and of those that the plan used. */
  readonly shown: bigint;
  readonly usedBits: bigint;
}

/** Two bounds this near are one cost: add_path() itself takes paths within 1 % for equal (pathnode.c, STD_FUZZ_FACTOR). */
const sameCost = 0.001;
const surprise = 0.01;

/**
 * The planner takes the cheapest plan that the visible indexes allow. So a plan found with many indexes stays the best
 * one with fewer, as long as those it uses are among them (Finkelstein et al. 1988; AutoAdmin's atomic configurations),
 * and a cost lies between those of known larger and smaller sets. An index on an expression brings statistics that move
 * estimates even where no plan uses it: `movesEstimates` names those, and nothing is inferred across them.
 * Mostly off by no more than the planner's own fuzz. It is not when an index that would only be skip-scanned is hidden
 * from a plan, so what a search ends with is planned again, and families that surprised are always asked.
 */
export function inferredCosts(
  model: CostModel,
  reach: ReadonlyMap<string, readonly string[]>,
  movesEstimates: (id: string) => boolean,
): InferredCosts {
  const families = new Map<string, FamilyKnowledge>();
  let asked = 0;
  const knowledgeOf = (family: string): FamilyKnowledge => {
    const known = families.get(family);
    if (known) return known;
    const own = reach.get(family) ?? [];
    const bits = new Map(own.map((id, position) => [id, 1n << BigInt(position)]));
    const solid = own.reduce((mask, id) => (movesEstimates(id) ? mask | bits.get(id)! : mask), 0n);
    const made = { own, bits, solid, plans: [] as Known[], exact: new Map<bigint, Known>(), surprised: false };
    // A plan that uses what may not be chosen says nothing of what may.
    for (const each of model.known?.(family) ?? [])
      if ([...each.used].every((id) => bits.has(id)))
        made.plans.push({ cost: each.cost, used: each.used, shown: bitsOf(each.show, made), usedBits: bitsOf(each.used, made) });
    families.set(family, made);
    return made;
  };
  const inferred = (knowledge: FamilyKnowledge, own: readonly string[]): Known | null => {
    const wanted = bitsOf(own, knowledge);
    return knowledge.exact.get(wanted) ?? (knowledge.surprised ? null : infer(knowledge, wanted));
  };
  const ask = async (family: string, knowledge: FamilyKnowledge, own: readonly string[]): Promise<Known> => {
    asked++;
    const answer = await model.cost(family, { show: new Set(own), hide: [] });
    const known = { ...answer, shown: bitsOf(own, knowledge), usedBits: bitsOf(answer.used, knowledge) };
    knowledge.exact.set(known.shown, known);
    knowledge.plans.push(known);
    return known;
  };
  return {
    async cost(family, ids) {
      const knowledge = knowledgeOf(family);
      const own = knowledge.own.filter((id) => ids.has(id));
      return inferred(knowledge, own) ?? (await ask(family, knowledge, own));
    },
    async verified(family, ids, expected) {
      const knowledge = knowledgeOf(family);
      const own = knowledge.own.filter((id) => ids.has(id));
      const cost = knowledge.exact.get(bitsOf(own, knowledge)) ?? (await ask(family, knowledge, own));
      const surprising = Math.abs(expected - cost.cost) > surprise * cost.cost;
      if (surprising) knowledge.surprised = true;
      return { cost, surprising };
    },
    known: (family) => knowledgeOf(family).plans,
    asked: () => asked,
  };
}

interface FamilyKnowledge {
  /** Its candidates: a set may hold thousands of others. */
  readonly own: readonly string[];
  readonly bits: ReadonlyMap<string, bigint>;
  /** Candidates that nothing is inferred across. */
  readonly solid: bigint;
  /** Those made before the search had others visible too, which may not be chosen and which none of them uses. */
  readonly plans: Known[];
  /** Of those made for the search, by what was shown. */
  readonly exact: Map<bigint, Known>;
  surprised: boolean;
}

function bitsOf(ids: Iterable<string>, { bits }: FamilyKnowledge): bigint {
  let mask = 0n;
  for (const id of ids) mask |= bits.get(id) ?? 0n;
  return mask;
}

function infer({ plans, solid }: FamilyKnowledge, wanted: bigint): Known | null {
  let least = 0;
  let best: Known | null = null;
  for (const known of plans) {
    if ((known.shown & solid) !== (wanted & solid)) continue;
    if ((wanted & ~known.shown) === 0n) {
      if ((known.usedBits & ~wanted) === 0n) return known;
      if (known.cost > least) least = known.cost;
    } else if ((known.shown & ~wanted) === 0n && (best === null || known.cost < best.cost)) best = known;
  }
  return best !== null && best.cost <= least * (1 + sameCost) ? best : null;
}
