import type { Candidate } from "../domain/candidate.ts";
import type { RootOf } from "./inheritance-root.ts";
import type { PlannableFamily } from "./what-if.ts";

/**
 * Statements worth planning with a candidate: those it was proposed for, and those for which a candidate with the
 * same leading key was proposed, on the relation or its partitions, because one index often serves both. All others see the chosen set at the end.
 */
export function relatedFamilies(
  candidates: readonly Candidate[],
  families: ReadonlyMap<string, PlannableFamily>,
  rootOf: RootOf,
): ReadonlyMap<string, readonly PlannableFamily[]> {
  const byLeadingKey = new Map<string, Set<string>>();
  for (const candidate of candidates) {
    const leading = leadingKey(candidate, rootOf);
    if (leading === null) continue;
    const known = byLeadingKey.get(leading) ?? new Set<string>();
    for (const id of candidate.helps) known.add(id);
    byLeadingKey.set(leading, known);
  }
  return new Map(
    candidates.map((candidate) => {
      const leading = leadingKey(candidate, rootOf);
      const ids = new Set([...candidate.helps, ...((leading === null ? null : byLeadingKey.get(leading)) ?? [])]);
      return [candidate.id, [...ids].toSorted().flatMap((id) => families.get(id) ?? [])];
    }),
  );
}

function leadingKey(candidate: Candidate, rootOf: RootOf): string | null {
  if (candidate.change.kind !== "create-index") return null;
  const { relation, accessMethod, keys } = candidate.change.index;
  const [first] = keys;
  return first ? `${rootOf(relation)} ${accessMethod} ${first.sql} ${first.operatorClass ?? ""}` : null;
}
