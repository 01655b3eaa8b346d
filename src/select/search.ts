import type { CostModel } from "../contract/cost-model.ts";
import type { RelationName } from "../domain/postgres.ts";
import { boundWithin } from "./bound.ts";
import type { Budget } from "./budget.ts";
import { grow } from "./grow.ts";
import { improve } from "./improve.ts";
import { inferredCosts } from "./inferred-costs.ts";
import { type Archive, openArchive, type ParetoPoint } from "./pareto.ts";
import { possibleMoves } from "./possible-moves.ts";
import { recombine } from "./recombine.ts";
import { servingEach } from "./serving.ts";
import { type ShrinkTerms, shrink, thin } from "./shrink.ts";
import { type Ground, type Move, State } from "./state.ts";
import type { WeighedFamily } from "./weigh.ts";

export interface SearchCandidate {
  readonly id: string;
  readonly relation: RelationName;
  readonly bytes: number;
  /** Estimated time to build it. */
  readonly buildMs: number;
  /** Weighted cost that writes pay for keeping it, in the unit of weight × cost; 0 when the writes are not known. */
  readonly price: number;
  /** Families whose plan it can change. */
  readonly families: readonly string[];
  /** It brings statistics of its own (a key that is an expression), so estimates change by its being there. */
  readonly movesEstimates: boolean;
}

export interface Thresholds {
  /** A change must save this part of the whole workload, 0–1 … */
  readonly minWorkloadGain: number;
  /** … or this part of some statement's cost of today, 0–1 … */
  readonly minStatementGain: number;
  /** … and then at least so many planner cost units a call. */
  readonly minCostSaved: number;
  /** No statement may end above its cost of today by more than this part, 0–1. */
  readonly maxRegression: number;
}

/** `fastest` spends the whole budget on cost; `balanced` gives up a little of an index's gain for much of its bytes; `smallest` keeps 90 % of the saving. */
export type Goal = "balanced" | "smallest" | "fastest";

export interface SearchInput {
  readonly candidates: readonly SearchCandidate[];
  readonly families: readonly WeighedFamily[];
  readonly model: CostModel;
  readonly budget: Budget;
  readonly goal: Goal;
  readonly thresholds: Thresholds;
  /** Planner questions that improving may ask, beyond those that growing asks. */
  readonly effort: number;
  /** True once the best set so far must do. */
  readonly outOfTime: () => boolean;
  /** Called for every new best set. */
  readonly onBest: (best: { readonly total: number; readonly indexes: number }) => void;
}

export interface SearchResult {
  /** In the order chosen. */
  readonly chosen: readonly string[];
  /** Weighted workload cost with them, and with what keeping them costs. */
  readonly total: number;
  /** No set within the budget makes the workload cheaper than this: weighted cost, as far as `boundWithin` holds. */
  readonly bound: number;
  /** The best sets met, from none to the largest. */
  readonly pareto: readonly ParetoPoint[];
  /** Questions put to the cost model. */
  readonly asked: number;
}

/** Our judgement, not a measurement: a BRIN index of a few pages is worth 8 % of a B-tree's gain a thousand times its size. */
const shrinkTerms: Readonly<Record<Goal, ShrinkTerms>> = {
  fastest: [{ loss: 0, bytes: 0.05, rise: 1, keeps: 1 }],
  balanced: [
    { loss: 0.02, bytes: 0.2, rise: 1.25, keeps: 0.5 },
    { loss: 0.08, bytes: 0.95, rise: 2, keeps: 0.5 },
  ],
  smallest: [{ loss: 0.1, bytes: 0.2, rise: Number.POSITIVE_INFINITY, keeps: 0 }],
};
const smallestKeeps = 0.9;
/** Rounds of improving after which what planning again has shown is left as it is. */
const maxRounds = 3;
/** Sets shaken loose from the best one: TPC-H at 32 MB gets no better after 50 (bench:selection). */
const shakes = 60;

/**
 * Anytime search for the set that makes the workload cheapest within the budget: greedy growth by gain per share of the
 * budget with several exponents; where a limit binds, a bound whose questions show the plans that fit it, and the best set that
 * these plans can be put together to; then exchanges on the best of them, then narrowing. Best-so-far is always at hand.
 */
export async function search(input: SearchInput): Promise<SearchResult> {
  const ground = groundOf(input);
  const { moves, floors, bound } = await possibleMoves(input, ground);
  const archive = openArchive();
  const empty = State.empty(ground);
  archive.note(empty);
  const grown = await bestGrown(input, { empty, moves, archive });
  let best = grown.state;
  let within = bound;
  const onStep = (state: State) => noteBest(state, archive, input);
  if (grown.isLimited) {
    const asked = ground.costs.asked();
    within = await boundWithin(input, ground, { reached: best.total(), floor: bound, maxQuestions: asked + input.effort });
    best = await recombined(best, input, { ground, onStep });
  }
  const maxQuestions = ground.costs.asked() + input.effort;
  for (let round = 0; round < maxRounds; round++) {
    best = await improve(best.copy(), moves, { input, ground, floors, maxQuestions, onStep });
    // Narrowing makes room under a limit, so improving comes once more; it may widen again what had better stay narrow.
    await shrink(best, input, shrinkTerms[input.goal]);
    best = await improve(best, moves, { input, ground, floors, maxQuestions, onStep });
    await shrink(best, input, shrinkTerms[input.goal]);
    if (input.goal === "smallest") await thin(best, ground.baseline, smallestKeeps);
    await prune(best);
    const surprised = await best.verify();
    if (grown.isLimited) {
      // The room is the user's to give and was given: nothing is narrowed after this.
      best = await recombined(best, input, { ground, onStep });
    }
    if (!surprised) break;
  }
  archive.note(best);
  return {
    chosen: best.chosen().map(({ id }) => id),
    total: best.total(),
    bound: Math.min(within, best.total()),
    pareto: archive.points(),
    asked: ground.costs.asked(),
  };
}

function groundOf(input: SearchInput): Ground {
  const reach = new Map([...servingEach(input.candidates)].map(([family, own]) => [family, own.map(({ id }) => id)]));
  const moving = new Set(input.candidates.filter((candidate) => candidate.movesEstimates).map(({ id }) => id));
  return {
    families: new Map(input.families.map((family) => [family.id, family])),
    costs: inferredCosts(input.model, reach, (id) => moving.has(id)),
    thresholds: attention(input),
    baseline: input.families.reduce((sum, family) => sum + family.weight * family.baselineCost, 0),
    work: { lookUps: 0 },
  };
}

/** Whoever asks for the fastest set takes many small steps for it. */
const fastestAttention = 0.1;

function attention({ goal, thresholds }: SearchInput): Thresholds {
  return goal === "fastest" ? { ...thresholds, minWorkloadGain: thresholds.minWorkloadGain * fastestAttention } : thresholds;
}

/** Exponents of the budget's share: where a limit binds, a knapsack's answer lies somewhere between gain and gain per byte. */
async function bestGrown(
  input: SearchInput,
  { empty, moves, archive }: { readonly empty: State; readonly moves: readonly Move[]; readonly archive: Archive },
): Promise<{ readonly state: State; readonly isLimited: boolean }> {
  let best: State | null = null;
  let bound = false;
  for (const exponent of [0, 1, 0.5, 0.25, 0.75]) {
    // Without a limit that binds, growing by gain per byte only serves the table of sizes.
    if (best !== null && (input.outOfTime() || (!bound && exponent !== 1))) break;
    const state = empty.copy();
    const onStep = best === null ? (step: State) => noteBest(step, archive, input) : (step: State) => archive.note(step);
    bound = (await grow(state, moves, { input, exponent, onStep })) || bound;
    if (best === null || state.total() < best.total()) best = state;
  }
  return { state: best ?? empty, isLimited: bound };
}

/**
 * The better of the set and what the plans known so far can be put together to, once the planner has planned that and what is not
 * worth attention has been taken out; the room of those is offered again, to all but them.
 */
async function recombined(
  best: State,
  input: SearchInput,
  { ground, onStep }: { readonly ground: Ground; readonly onStep: (state: State) => void },
): Promise<State> {
  const left = new Set<string>();
  for (let round = 0; round < maxRounds && !input.outOfTime(); round++) {
    const candidates = input.candidates.filter(({ id }) => !left.has(id));
    const start = best.chosen().filter(({ id }) => !left.has(id));
    const set: readonly SearchCandidate[] = recombine({ ...input, candidates }, ground, { start, shakes });
    const next = State.empty(ground);
    const trial = await next.try(set, []);
    if (trial.regresses) return best;
    next.apply(trial);
    await next.verify();
    await prune(next);
    if (next.total() < best.total()) {
      best = next;
      onStep(best);
    }
    const pruned = set.filter(({ id }) => !next.has(id));
    if (pruned.length === 0 || input.outOfTime()) break;
    for (const { id } of pruned) left.add(id);
  }
  return best;
}

function noteBest(state: State, archive: Archive, input: SearchInput): void {
  archive.note(state);
  input.onBest({ total: state.total(), indexes: state.chosen().length });
}

/** Takes out what a later choice made needless. */
async function prune(state: State): Promise<void> {
  for (const member of state.chosen().toReversed()) {
    const without = await state.try([], [member]);
    if (!state.isUsed(member.id) || !state.wouldMatter(without)) state.apply(without);
  }
}
