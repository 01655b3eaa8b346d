import { brokenLimit, budgetShare } from "./budget.ts";
import type { SearchInput } from "./search.ts";
import type { Move, State } from "./state.ts";

interface Pending {
  readonly move: Move;
  readonly order: number;
  score: number;
  round: number;
}

/**
 * Adds the best move until none fits or matters (Chaudhuri & Narasayya's greedy(m,k); lazy evaluation after Minoux: a gain
 * seldom grows as the set does, so a stale score is an upper bound and only the top is asked again). Best is gain per
 * share of the budget to the power `exponent`: 0 looks at the gain alone, 1 at gain per byte.
 * True when some move was left out because it did not fit.
 */
export async function grow(
  state: State,
  moves: readonly Move[],
  { input, exponent, onStep }: { readonly input: SearchInput; readonly exponent: number; readonly onStep: (state: State) => void },
): Promise<boolean> {
  const scored = async (move: Move): Promise<number | null> => {
    const trial = await state.try(move.candidates, []);
    if (trial.added.length === 0 || trial.regresses || !state.matters(trial)) return null;
    return trial.saved / Math.max(budgetShare(trial.added, input.budget), 1e-12) ** exponent;
  };
  const heap: Pending[] = [];
  for (const [order, move] of moves.entries()) {
    const score = await scored(move);
    if (score !== null) heap.push({ move, order, score, round: 0 });
  }
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(heap, at);
  let bound = false;
  for (let round = 0; heap.length > 0 && !input.outOfTime(); ) {
    const top = heap[0]!;
    if (brokenLimit([...state.chosen(), ...top.move.candidates.filter(({ id }) => !state.has(id))], input.budget) !== null) {
      bound = true;
      removeTop(heap);
      continue;
    }
    if (top.round === round) {
      state.apply(await state.try(top.move.candidates, []));
      // An index that the new one took all work from gives its room back.
      for (const old of state.chosen()) if (!state.isUsed(old.id)) state.apply(await state.try([], [old]));
      removeTop(heap);
      onStep(state);
      round++;
      continue;
    }
    const score = await scored(top.move);
    if (score === null) removeTop(heap);
    else {
      top.score = score;
      top.round = round;
      sink(heap, 0);
    }
  }
  return bound;
}

/** Equal scores go by the order of the moves, so that equal input gives an equal set. */
function isBefore(a: Pending, b: Pending): boolean {
  return a.score > b.score || (a.score === b.score && a.order < b.order);
}

function sink(heap: Pending[], from: number): void {
  for (let at = from; ; ) {
    const left = 2 * at + 1;
    let first = at;
    for (const child of [left, left + 1]) if (child < heap.length && isBefore(heap[child]!, heap[first]!)) first = child;
    if (first === at) return;
    [heap[at], heap[first]] = [heap[first]!, heap[at]!];
    at = first;
  }
}

function removeTop(heap: Pending[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  sink(heap, 0);
}
