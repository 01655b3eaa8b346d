import type { Planner } from "../contract/planner.ts";
import type { Proposed } from "../propose/propose.ts";

/** A planner that cannot hide an index cannot prove that nobody needs it: such drops are refused, with the reason. */
export function withoutUnprovableDrops(proposed: Proposed, planner: Planner): Proposed {
  if (planner.hidesIndexes !== false) return proposed;
  const drops = proposed.candidates.filter(({ change }) => change.kind === "drop-index");
  const because = `${planner.description} cannot hide an index, so that no drop can be proved; the shadow can.`;
  return {
    ...proposed,
    candidates: proposed.candidates.filter(({ change }) => change.kind !== "drop-index"),
    refused: [...proposed.refused, ...drops.map((candidate) => ({ candidate, because }))],
  };
}
