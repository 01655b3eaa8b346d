import type { CostModel } from "../contract/cost-model.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import { type Move, State } from "./state.ts";
import type { WeighedFamily } from "./weigh.ts";

export interface SearchCandidate {
  readonly id: string;
  readonly relation: RelationName;
  readonly bytes: number;
  /** Families whose plan it can change. */
  readonly families: readonly string[];
}

export interface Budget {
  /** Null = no limit. */
  readonly maxIndexes: number | null;
  readonly maxBytes: number | null;
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

export interface SearchInput {
  readonly candidates: readonly SearchCandidate[];
  readonly families: readonly WeighedFamily[];
  readonly model: CostModel;
  readonly budget: Budget;
  readonly thresholds: Thresholds;
  readonly onRound: (chosen: number) => void;
}

export interface SearchResult {
  /** In the order chosen. */
  readonly chosen: readonly string[];
  /** Weighted workload cost with them. */
  readonly total: number;
  /** Weighted workload cost if every statement had its own best indexes: no set can do better than this. */
  readonly bound: number;
}

/**
 * Greedy by benefit with re-pricing after each choice (Chaudhuri & Narasayya's greedy(m,k); lazy evaluation after
 * Minoux). Moves are single indexes and bundles, the set a statement uses when it may have all, because two
 * indexes can pay together where neither pays alone. Where bytes bind, the same by benefit per byte, and the better of the two.
 */
export async function search(input: SearchInput): Promise<SearchResult> {
  const { moves, bound } = await possibleMoves(input);
  const byBenefit = await greedy(input, moves, (gain) => gain);
  let best = byBenefit.state;
  if (byBenefit.bytesBound) {
    const perByte = await greedy(input, moves, (gain, bytes) => gain / Math.max(bytes, 1));
    if (perByte.state.total() < best.total()) best = perByte.state;
  }
  await shrink(best, input);
  await prune(best, input);
  return { chosen: best.chosen(), total: best.total(), bound };
}

/** Every candidate alone, and each statement's own best set where that is more than one index. */
async function possibleMoves(input: SearchInput): Promise<{ moves: Move[]; bound: number }> {
  const byId = new Map(input.candidates.map((candidate) => [candidate.id, candidate]));
  const moves = new Map<string, Move>();
  for (const candidate of input.candidates) moves.set(candidate.id, moveOf([candidate]));
  let bound = 0;
  for (const family of input.families) {
    const able = input.candidates.filter((candidate) => candidate.families.includes(family.id));
    const all =
      able.length === 0 ? null : await input.model.cost(family.id, { show: new Set(able.map((candidate) => candidate.id)), hide: [] });
    bound += family.weight * Math.min(family.baselineCost, all?.cost ?? family.baselineCost);
    if (all && all.used.size > 1) {
      const bundle = moveOf([...all.used].toSorted().flatMap((id) => byId.get(id) ?? []));
      moves.set(bundle.ids.join("+"), bundle);
    }
  }
  return { moves: [...moves.values()], bound };
}

function moveOf(candidates: readonly SearchCandidate[]): Move {
  return {
    ids: candidates.map((candidate) => candidate.id),
    families: [...new Set(candidates.flatMap((candidate) => candidate.families))],
  };
}

interface Pending {
  readonly move: Move;
  score: number;
  round: number;
}

async function greedy(
  input: SearchInput,
  moves: readonly Move[],
  scoreOf: (gain: number, bytes: number) => number,
): Promise<{ state: State; bytesBound: boolean }> {
  const state = new State(input);
  await state.refresh(null);
  let pending: Pending[] = moves.map((move) => ({ move, score: Number.POSITIVE_INFINITY, round: -1 }));
  let bytesBound = false;
  for (let round = 0; pending.length > 0; round++) {
    let accepted: Move | null = null;
    while (accepted === null && pending.length > 0) {
      // A gain seldom grows as the set does, so a stale score is an upper bound: only the top needs asking again.
      const top = pending.reduce((best, each) => (each.score > best.score ? each : best));
      if (top.round === round) {
        accepted = top.move;
        break;
      }
      const fit = state.fits(top.move);
      if (fit !== "fits") {
        bytesBound ||= fit === "bytes";
        pending = pending.filter((each) => each !== top);
        continue;
      }
      const gain = await state.gain(top.move);
      if (gain === null) pending = pending.filter((each) => each !== top);
      else {
        top.score = scoreOf(gain, state.addedBytes(top.move));
        top.round = round;
      }
    }
    if (accepted === null) break;
    await state.add(accepted);
    pending = pending.filter((each) => each.move !== accepted);
    input.onRound(state.chosen().length);
  }
  return { state, bytesBound };
}

/** Part of an index's own gain that a smaller one may lose, and of its bytes that it must save, to take its place. */
const shrinkLoss = 0.02;
const shrinkBytes = 0.2;

/** Replaces a chosen index by a smaller one on the same relation that does nearly as well. */
async function shrink(state: State, input: SearchInput): Promise<void> {
  for (const id of state.chosen()) {
    const wide = state.candidate(id);
    const worth = await state.lossWithout(id);
    const narrower = input.candidates
      .filter(
        (other) =>
          relationKey(other.relation) === relationKey(wide.relation) &&
          other.bytes <= wide.bytes * (1 - shrinkBytes) &&
          !state.has(other.id),
      )
      .filter((other) => other.families.some((family) => wide.families.includes(family)))
      .toSorted((a, b) => a.bytes - b.bytes || (a.id < b.id ? -1 : 1));
    for (const other of narrower) {
      const loss = await state.lossIfReplaced(id, other.id);
      if (loss === null || loss > worth * shrinkLoss) continue;
      await state.replace(id, other.id);
      break;
    }
  }
}

/** Takes out what a later choice made needless. */
async function prune(state: State, input: SearchInput): Promise<void> {
  for (const id of [...state.chosen()].reverse()) {
    if (!state.used().has(id) || !(await state.worthKeeping(id, input.thresholds))) await state.remove(id);
  }
}
