import { percent } from "../domain/units.ts";
import type { Recalled } from "./recall.ts";

/** What helped, or was refused, in the cases near a statement: their changes are of other schemas, and hold no name of this one. */
export function nearInWords(recalled: Recalled | null, family: string): readonly string[] {
  return (recalled?.near.get(family) ?? []).map(({ proven }) => {
    const saved = proven.before.totalCost > 0 ? 1 - proven.after.totalCost / proven.before.totalCost : 0;
    const found = proven.verdict === "helps" ? `saved ${percent(saved)} of the cost` : `refused: ${proven.because ?? "it did not help"}`;
    return `${proven.change.slice(0, 300)}: ${found}`;
  });
}
