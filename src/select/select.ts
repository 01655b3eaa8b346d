import type { CostModel } from "../contract/cost-model.ts";
import type { Candidate } from "../domain/candidate.ts";
import { relationKey } from "../domain/postgres.ts";
import { chooseDrops } from "./drops.ts";
import { type Budget, type SearchCandidate, search, type Thresholds } from "./search.ts";
import type { WeighedFamily } from "./weigh.ts";

export interface SelectInput {
  /** Index creations that a proof speaks for, and index drops. */
  readonly candidates: readonly Candidate[];
  /** Bytes of each creation, and the families whose plan it can change. */
  readonly reach: ReadonlyMap<string, { readonly bytes: number; readonly families: readonly string[] }>;
  readonly families: readonly WeighedFamily[];
  readonly relationsOf: (family: string) => readonly string[];
  readonly model: CostModel;
  readonly budget: Budget;
  readonly thresholds: Thresholds;
  readonly onRound: (chosen: number) => void;
}

export interface Selection {
  /** Creations in the order chosen, then drops. */
  readonly chosen: readonly Chosen[];
  readonly rejected: readonly { readonly candidate: Candidate; readonly reason: string }[];
  /** Cost of each family's typical binding with the whole set. */
  readonly finalCosts: ReadonlyMap<string, number>;
  /** Weighted workload cost: now, with the set, and the least that any set of these candidates could reach. */
  readonly totals: { readonly before: number; readonly after: number; readonly bound: number };
}

export interface Chosen {
  readonly candidate: Candidate;
  /** Weighted cost that only this one saves: what the rest of the set would lose without it. Negative or 0 for a drop. */
  readonly marginalSaving: number;
  /** Families whose final plan uses it, or for a drop none. */
  readonly usedBy: readonly string[];
}

/** Chooses a set under the budget and proves it as a set: every family is planned with all of it. */
export async function select(input: SelectInput): Promise<Selection> {
  const creations = input.candidates.filter((candidate) => candidate.change.kind === "create-index");
  const searchable = creations.flatMap((candidate): SearchCandidate[] => {
    const reach = input.reach.get(candidate.id);
    return reach && candidate.change.kind === "create-index"
      ? [{ id: candidate.id, relation: candidate.change.index.relation, ...reach }]
      : [];
  });
  const found = await search({ ...input, candidates: searchable });
  const { ids, costs } = await withoutUnused(found.chosen, input);
  const show = new Set(ids);
  const drops = await chooseDrops(
    input.candidates.filter((candidate) => candidate.change.kind === "drop-index"),
    { show, costs, families: input.families, relationsOf: input.relationsOf, model: input.model },
  );

  const chosen: Chosen[] = [];
  for (const id of ids) {
    const candidate = creations.find((each) => each.id === id)!;
    const without = new Set([...show].filter((each) => each !== id));
    let marginalSaving = 0;
    const usedBy: string[] = [];
    for (const family of input.families) {
      const now = costs.get(family.id)!;
      if (!now.used.has(id)) continue;
      usedBy.push(family.id);
      const { cost } = await input.model.cost(family.id, { show: without, hide: [] });
      marginalSaving += family.weight * (cost - now.cost);
    }
    chosen.push({ candidate, marginalSaving, usedBy });
  }
  for (const candidate of drops.accepted) chosen.push({ candidate, marginalSaving: 0, usedBy: [] });

  const rejected = [...rejections(creations, chosen, input), ...drops.rejected];
  const total = (costOf: (family: WeighedFamily) => number) =>
    input.families.reduce((sum, family) => sum + family.weight * costOf(family), 0);
  return {
    chosen,
    rejected,
    finalCosts: new Map([...costs].map(([id, { cost }]) => [id, cost])),
    totals: { before: total((family) => family.baselineCost), after: total((family) => costs.get(family.id)!.cost), bound: found.bound },
  };
}

/** The whole workload planned with the set; what no plan uses is taken out until every index is used. */
async function withoutUnused(chosen: readonly string[], input: SelectInput) {
  let ids = chosen;
  for (;;) {
    const show = new Set(ids);
    const costs = new Map<string, { readonly cost: number; readonly used: ReadonlySet<string> }>();
    for (const family of input.families) costs.set(family.id, await input.model.cost(family.id, { show, hide: [] }));
    const used = new Set([...costs.values()].flatMap((cost) => [...cost.used]));
    const kept = ids.filter((id) => used.has(id));
    if (kept.length === ids.length) return { ids, costs };
    ids = kept;
  }
}

/** Why each proved candidate was left out, in words a person can check. */
function rejections(creations: readonly Candidate[], chosen: readonly Chosen[], input: SelectInput): Selection["rejected"] {
  const taken = new Set(chosen.map(({ candidate }) => candidate.id));
  return creations
    .filter((candidate) => !taken.has(candidate.id))
    .map((candidate) => {
      const reach = input.reach.get(candidate.id);
      const rivals = chosen.filter(
        (each) => each.usedBy.some((family) => reach?.families.includes(family)) && sameRelationAs(each.candidate, candidate),
      );
      return { candidate, reason: reasonOf(rivals, reach?.bytes ?? 0, chosen.length, input.budget) };
    });
}

function reasonOf(rivals: readonly Chosen[], bytes: number, chosen: number, budget: Budget): string {
  if (rivals.length > 0)
    return `Superseded: ${rivals.map((each) => each.candidate.id).join(", ")} serves the same statements, and beside it this one saves too little.`;
  if (budget.maxIndexes !== null && chosen >= budget.maxIndexes)
    return `Over budget: ${budget.maxIndexes} indexes that save more were chosen (--max-indexes).`;
  if (budget.maxBytes !== null && bytes > budget.maxBytes)
    return `Over budget: it alone is larger than the bytes allowed (--max-growth, --max-bytes).`;
  return "Saves too little of the workload once the chosen indexes are in place.";
}

function sameRelationAs(a: Candidate, b: Candidate): boolean {
  return (
    a.change.kind === "create-index" &&
    b.change.kind === "create-index" &&
    relationKey(a.change.index.relation) === relationKey(b.change.index.relation)
  );
}
