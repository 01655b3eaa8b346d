import type { Candidate } from "../domain/candidate.ts";
import { groupBy } from "../domain/group-by.ts";
import { relationKey, sameRelation } from "../domain/postgres.ts";
import { bytes as inBytes } from "../domain/units.ts";
import type { Budget } from "./budget.ts";
import type { SearchCandidate } from "./search.ts";
import type { Chosen } from "./select.ts";

interface Outcome {
  readonly chosen: readonly Chosen[];
  /** Candidates searched, by id. */
  readonly searched: ReadonlyMap<string, SearchCandidate>;
  readonly budget: Budget;
  /** What forbids a candidate beside the chosen ones, in words; null when nothing does. */
  readonly vetoOf: (candidate: SearchCandidate) => Promise<string | null>;
}

/** Why each proved creation was left out, as "Class: detail", in words a person can check. */
export async function reasonsLeftOut(
  creations: readonly Candidate[],
  outcome: Outcome,
): Promise<{ readonly candidate: Candidate; readonly reason: string }[]> {
  const taken = new Set(outcome.chosen.map(({ candidate }) => candidate.id));
  const rivals = groupBy(outcome.chosen, ({ candidate }) => relationOf(candidate));
  const creationsChosen = outcome.chosen.flatMap((each) => outcome.searched.get(each.candidate.id) ?? []);
  const reasons: { candidate: Candidate; reason: string }[] = [];
  for (const candidate of creations)
    if (!taken.has(candidate.id))
      reasons.push({
        candidate,
        reason: await reasonOf(candidate, rivals.get(relationOf(candidate)) ?? [], { ...outcome, creationsChosen }),
      });
  return reasons;
}

async function reasonOf(
  candidate: Candidate,
  onRelation: readonly Chosen[],
  { searched, budget, vetoOf, creationsChosen }: Outcome & { readonly creationsChosen: readonly SearchCandidate[] },
): Promise<string> {
  const own = searched.get(candidate.id);
  const rivals = onRelation.filter((each) => each.usedBy.some((family) => own?.families.includes(family)));
  if (rivals.length > 0) {
    const names = rivals.map((each) => each.candidate.id).join(", ");
    return `Superseded: ${names} serve${rivals.length > 1 ? "" : "s"} the same statements, and beside ${rivals.length > 1 ? "them" : "it"} this one saves too little.`;
  }
  const limit = limitMet(own, creationsChosen, budget);
  if (limit !== null) return limit;
  const veto = own ? await vetoOf(own) : null;
  return veto ?? "Saves too little: beside the chosen indexes it takes less off the workload than the least that counts.";
}

/** The limit that keeps it out of the chosen set, in words; null when it would fit. */
function limitMet(own: SearchCandidate | undefined, chosen: readonly SearchCandidate[], budget: Budget): string | null {
  const size = own?.bytes ?? 0;
  const taken = chosen.reduce((sum, each) => sum + each.bytes, 0);
  if (budget.maxBytes !== null && size > budget.maxBytes)
    return `Over budget: it takes ${inBytes(size)}, more than all new indexes may (${inBytes(budget.maxBytes)}; --max-growth, --max-bytes).`;
  if (budget.maxIndexes !== null && chosen.length >= budget.maxIndexes)
    return `Over budget: ${budget.maxIndexes} indexes that save more were chosen (--max-indexes).`;
  if (budget.maxBytes !== null && taken + size > budget.maxBytes)
    return `Over budget: it takes ${inBytes(size)}, and what saves more for its size leaves ${inBytes(budget.maxBytes - taken)} (--max-growth, --max-bytes).`;
  const isOnTable = (each: SearchCandidate) => own !== undefined && sameRelation(each.relation, own.relation);
  if (budget.maxPerTable !== null && chosen.filter(isOnTable).length >= budget.maxPerTable)
    return `Over budget: its table has ${budget.maxPerTable} new indexes that save more (--max-per-table).`;
  const building = chosen.reduce((sum, each) => sum + each.buildMs, 0) + (own?.buildMs ?? 0);
  if (budget.maxBuildMs !== null && building > budget.maxBuildMs)
    return "Over budget: building it as well would take longer than allowed (--max-build-time).";
  return null;
}

function relationOf({ change }: Candidate): string {
  return change.kind === "create-index" ? relationKey(change.index.relation) : "";
}
