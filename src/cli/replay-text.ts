import { change, cost } from "../domain/units.ts";
import type { Replayed } from "../evidence/run-proof.ts";

/** What came of a replay: one line a statement, shapes only where they differ. */
export function replayText(replayed: readonly Replayed[]): string {
  const lines = replayed.flatMap(({ family, packed, now, same }) => {
    const figures = `${cost(now.before.cost)} → ${cost(now.after.cost)} (${change(now.before.cost, now.after.cost)})`;
    if (same) return [`${family}: ${figures}, as in the pack`];
    const differences = (["before", "after"] as const).flatMap((when) =>
      packed[when].shape === now[when].shape ? [] : [`  ${when}, packed: ${packed[when].shape}`, `  ${when}, now:    ${now[when].shape}`],
    );
    return [`${family}: ${figures}, but ${cost(packed.before.cost)} → ${cost(packed.after.cost)} in the pack`, ...differences];
  });
  const same = replayed.filter((each) => each.same).length;
  return `${lines.join("\n")}\n${same === replayed.length ? "Reproduced" : "Not reproduced"}: ${same} of ${replayed.length} statements.`;
}
