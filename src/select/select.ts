import type { CostModel } from "../contract/cost-model.ts";
import { bringsStatistics } from "../domain/brings-statistics.ts";
import type { Candidate } from "../domain/candidate.ts";
import type { ParetoSet } from "../domain/report.ts";
import type { Budget } from "./budget.ts";
import { chooseDrops } from "./drops.ts";
import { thinned } from "./pareto.ts";
import { reasonsLeftOut } from "./reasons.ts";
import { type Goal, type SearchCandidate, type SearchInput, search, type Thresholds } from "./search.ts";
import { verifySet } from "./verify-set.ts";
import { vetoOf } from "./vetoes.ts";
import type { WeighedFamily } from "./weigh.ts";

/** What choosing must know of a creation. */
export type Reach = Pick<SearchCandidate, "bytes" | "buildMs" | "price" | "families">;

export interface SelectInput {
  /** Index creations that a proof speaks for, and index drops. */
  readonly candidates: readonly Candidate[];
  readonly reach: ReadonlyMap<string, Reach>;
  readonly families: readonly WeighedFamily[];
  readonly relationsOf: (family: string) => readonly string[];
  /** Drops of existing indexes whose work a creation would do. */
  readonly supersededBy: (creation: Candidate) => readonly Candidate[];
  readonly model: CostModel;
  readonly budget: Budget;
  readonly goal: Goal;
  readonly thresholds: Thresholds;
  readonly effort: number;
  readonly outOfTime: () => boolean;
  readonly onBest: SearchInput["onBest"];
}

export interface Selection {
  /** Creations in the order chosen, then drops. */
  readonly chosen: readonly Chosen[];
  readonly rejected: readonly { readonly candidate: Candidate; readonly reason: string }[];
  /** Cost of each family's typical binding with the whole set. */
  readonly finalCosts: ReadonlyMap<string, number>;
  /** Weighted workload cost: now, with the set, and the least that any set of these candidates could reach. */
  readonly totals: { readonly before: number; readonly after: number; readonly bound: number };
  /** The best sets that the search met, by size. */
  readonly pareto: readonly ParetoSet[];
}

export interface Chosen {
  readonly candidate: Candidate;
  /** Weighted cost that only this one saves: what the rest of the set would lose without it. Negative or 0 for a drop. */
  readonly marginalSaving: number;
  /** Families whose final plan uses it, or for a drop none. */
  readonly usedBy: readonly string[];
}

const paretoRows = 10;

/** Chooses a set under the budget and proves it as a set: every family is planned with all of it. */
export async function select(input: SelectInput): Promise<Selection> {
  const creations = input.candidates.filter((candidate) => candidate.change.kind === "create-index");
  const searchable = new Map(creations.flatMap((candidate) => searchCandidate(candidate, input.reach).map((each) => [each.id, each])));
  const found = await search({ ...input, candidates: [...searchable.values()] });
  const { maxRegression } = input.thresholds;
  const { ids, costs } = await verifySet(found.chosen, { ...input, maxRegression });
  const show = new Set(ids);

  const creationOf = new Map(creations.map((each) => [each.id, each]));
  const usersOf = new Map<string, WeighedFamily[]>(ids.map((id) => [id, []]));
  for (const family of input.families) for (const id of costs.get(family.id)!.used) usersOf.get(id)?.push(family);
  const chosen: Chosen[] = [];
  for (const id of ids) {
    const without = { show: new Set(ids.filter((each) => each !== id)), hide: [] };
    const users = usersOf.get(id)!;
    let marginalSaving = 0;
    for (const family of users) {
      const { cost } = await input.model.cost(family.id, without);
      marginalSaving += family.weight * (cost - costs.get(family.id)!.cost);
    }
    chosen.push({ candidate: creationOf.get(id)!, marginalSaving, usedBy: users.map((family) => family.id) });
  }
  const drops = await chooseDrops(dropCandidates(input, chosen), { ...input, show, costs, maxRegression });
  const finalCosts = new Map<string, number>();
  for (const family of input.families) {
    const { cost } = drops.hide.length === 0 ? costs.get(family.id)! : await input.model.cost(family.id, { show, hide: drops.hide });
    finalCosts.set(family.id, cost);
  }
  const total = (costOf: (family: WeighedFamily) => number) =>
    input.families.reduce((sum, family) => sum + family.weight * costOf(family), 0);
  const totals = {
    before: total((family) => family.baselineCost),
    after: total((family) => finalCosts.get(family.id)!),
    bound: found.bound,
  };
  const byId = new Map(input.families.map((family) => [family.id, family]));
  const vetoed = (candidate: SearchCandidate) => vetoOf(candidate, { ...input, families: byId, ids, costs, maxRegression });
  const leftOut = await reasonsLeftOut(creations, { chosen, searched: searchable, budget: input.budget, vetoOf: vetoed });
  return {
    chosen: [...chosen, ...drops.accepted.map((candidate) => ({ candidate, marginalSaving: 0, usedBy: [] }))],
    rejected: [...leftOut, ...drops.rejected],
    finalCosts,
    totals,
    pareto: paretoOf(found, ids, totals.before),
  };
}

function searchCandidate(candidate: Candidate, reach: SelectInput["reach"]): SearchCandidate[] {
  const known = reach.get(candidate.id);
  if (!known || candidate.change.kind !== "create-index") return [];
  const { change } = candidate;
  return [{ id: candidate.id, relation: change.index.relation, ...known, movesEstimates: bringsStatistics(change.index) }];
}

/** Drops that rules proposed, and those of indexes whose work a chosen one does; each once. */
function dropCandidates(input: SelectInput, chosen: readonly Chosen[]) {
  const superseded = chosen.flatMap(({ candidate }) => input.supersededBy(candidate));
  const ids = new Set(superseded.map(({ id }) => id));
  const proposed = input.candidates.filter(({ id, change }) => change.kind === "drop-index" && !ids.has(id));
  const unique = superseded.filter(({ id }, at) => superseded.findIndex((other) => other.id === id) === at);
  return [
    ...proposed.map((candidate) => ({ candidate, superseded: false })),
    ...unique.map((candidate) => ({ candidate, superseded: true })),
  ];
}

/** Bytes against workload cost, without what writes pay: the reader sees that in each recommendation. */
function paretoOf(found: Awaited<ReturnType<typeof search>>, ids: readonly string[], before: number): ParetoSet[] {
  const key = (each: readonly string[]) => [...each].toSorted().join(",");
  const isChosen = (point: (typeof found.pareto)[number]) => key(point.candidates.map(({ id }) => id)) === key(ids);
  const kept = found.pareto.find(isChosen) ?? null;
  return thinned(found.pareto, paretoRows, kept).map((point) => {
    const price = point.candidates.reduce((sum, candidate) => sum + candidate.price, 0);
    return {
      indexBytes: point.bytes,
      indexCount: point.candidates.length,
      weightedRatio: before > 0 ? (point.total - price) / before : 1,
      recommended: point === kept,
    };
  });
}
