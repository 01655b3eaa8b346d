import type { SearchInput } from "./search.ts";
import { servingEach } from "./serving.ts";
import { type Ground, type Move, moveOf } from "./state.ts";

export interface PossibleMoves {
  /** Every candidate alone, and each statement's own best set where that is more than one index. */
  readonly moves: readonly Move[];
  /** {family → its cost with all candidates that can serve it: no set makes it cheaper} */
  readonly floors: ReadonlyMap<string, number>;
  /** Weighted cost of the workload if every statement had its floor. */
  readonly bound: number;
}

/** One question per statement: with all its candidates at once, the planner itself picks the statement's best set. */
export async function possibleMoves(input: SearchInput, ground: Ground): Promise<PossibleMoves> {
  const able = servingEach(input.candidates);
  const moves = new Map<string, Move>(input.candidates.map((candidate) => [candidate.id, moveOf([candidate])]));
  const floors = new Map<string, number>();
  let bound = 0;
  for (const family of input.families) {
    const own = able.get(family.id) ?? [];
    const all = await ground.costs.cost(family.id, new Set(own.map(({ id }) => id)));
    const floor = Math.min(family.baselineCost, all.cost);
    floors.set(family.id, floor);
    bound += family.weight * floor;
    const best = own.filter(({ id }) => all.used.has(id));
    if (best.length > 1) moves.set(best.map(({ id }) => id).join("+"), moveOf(best));
  }
  return { moves: [...moves.values()], floors, bound };
}
