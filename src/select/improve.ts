import { relationKey } from "../domain/postgres.ts";
import { brokenLimit, budgetShare } from "./budget.ts";
import type { SearchCandidate, SearchInput } from "./search.ts";
import type { Ground, Move, State } from "./state.ts";

interface Circumstances {
  readonly input: SearchInput;
  readonly ground: Ground;
  readonly floors: ReadonlyMap<string, number>;
  /** Questions to the planner after which it stops, so that equal input ends with an equal set. */
  readonly maxQuestions: number;
  readonly onStep: (state: State) => void;
}

/** Part of the workload's cost that an exchange must win. */
const leastGain = 0.0002;
const maxPasses = 6;

/**
 * Exchanges until none helps: each move is put in, what it makes needless goes out, and where a limit is broken the
 * members that are missed least make room. Greedy's mistakes are of this kind: a small index early that keeps a
 * better one out, two narrow ones where a wide one serves both.
 */
export async function improve(start: State, moves: readonly Move[], circumstances: Circumstances): Promise<State> {
  const { input, ground, maxQuestions, onStep } = circumstances;
  let state = start;
  const spent = () => input.outOfTime() || ground.costs.asked() > maxQuestions;
  for (let pass = 0; pass < maxPasses; pass++) {
    let changed = false;
    const ranked = moves
      .map((move, order) => ({ move, order, potential: potentialOf(move, state, circumstances) }))
      .toSorted((a, b) => b.potential - a.potential || a.order - b.order);
    let losses: ReadonlyMap<string, number> | null = null;
    for (const { move } of ranked) {
      if (spent()) return state;
      if (potentialOf(move, state, circumstances) < leastGain * ground.baseline) continue;
      losses ??= await lossesOf(state);
      const better = await exchanged(state, move, { input, losses });
      if (better === null || better.total() > state.total() - leastGain * ground.baseline) continue;
      state = better;
      losses = null;
      changed = true;
      onStep(state);
    }
    if (!changed) return state;
  }
  return state;
}

/** No move can save more than what its statements are above their floors. */
function potentialOf(move: Move, state: State, { ground, floors }: Circumstances): number {
  let potential = 0;
  for (const id of move.families) {
    const family = ground.families.get(id);
    if (family) potential += family.weight * (state.costOf(id) - (floors.get(id) ?? 0));
  }
  return potential;
}

/** What each member's absence would cost: the order in which members make room. */
async function lossesOf(state: State): Promise<ReadonlyMap<string, number>> {
  const losses = new Map<string, number>();
  for (const member of state.chosen()) losses.set(member.id, -(await state.try([], [member])).saved);
  return losses;
}

async function exchanged(
  state: State,
  move: Move,
  { input, losses }: { readonly input: SearchInput; readonly losses: ReadonlyMap<string, number> },
): Promise<State | null> {
  const first = await state.try(move.candidates, []);
  if (first.added.length === 0 || first.regresses || first.saved <= 0) return null;
  const next = state.copy();
  next.apply(first);
  const added = new Set(first.added.map(({ id }) => id));
  const relations = new Set(first.added.map(({ relation }) => relationKey(relation)));
  const others = next.chosen().filter(({ id }) => !added.has(id));
  for (const member of others.filter(({ relation }) => relations.has(relationKey(relation)))) {
    const without = await next.try([], [member]);
    if (without.saved >= 0 && !without.regresses) next.apply(without);
  }
  if (brokenLimit(next.chosen(), input.budget) === null) return next;
  const dispensable = others
    .filter(({ id }) => next.has(id))
    .map((member) => ({ member, loss: lossPerShare(member, losses, input) }))
    .toSorted((a, b) => a.loss - b.loss || (a.member.id < b.member.id ? -1 : 1));
  for (const { member } of dispensable) {
    if (brokenLimit(next.chosen(), input.budget) === null) break;
    const without = await next.try([], [member]);
    if (without.regresses) continue;
    next.apply(without);
    if (next.total() >= state.total()) return null;
  }
  return brokenLimit(next.chosen(), input.budget) === null ? next : null;
}

function lossPerShare(member: SearchCandidate, losses: ReadonlyMap<string, number>, { budget }: SearchInput): number {
  return (losses.get(member.id) ?? 0) / Math.max(budgetShare([member], budget), 1e-12);
}
