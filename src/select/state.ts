import type { FamilyCost } from "../contract/cost-model.ts";
import { relationKey } from "../domain/postgres.ts";
import type { SearchCandidate, SearchInput, Thresholds } from "./search.ts";
import type { WeighedFamily } from "./weigh.ts";

export interface Move {
  readonly ids: readonly string[];
  readonly families: readonly string[];
}

/** The set chosen so far and what each statement costs with it. A class because it holds changing state for one search. */
export class State {
  private readonly input: SearchInput;
  private readonly candidates: ReadonlyMap<string, SearchCandidate>;
  private readonly families: ReadonlyMap<string, WeighedFamily>;
  private ids: readonly string[] = [];
  private costs = new Map<string, FamilyCost>();
  private readonly baselineTotal: number;

  constructor(input: SearchInput) {
    this.input = input;
    this.candidates = new Map(input.candidates.map((candidate) => [candidate.id, candidate]));
    this.families = new Map(input.families.map((family) => [family.id, family]));
    this.baselineTotal = input.families.reduce((sum, family) => sum + family.weight * family.baselineCost, 0);
  }

  chosen(): readonly string[] {
    return this.ids;
  }
  has(id: string): boolean {
    return this.ids.includes(id);
  }
  candidate(id: string): SearchCandidate {
    return this.candidates.get(id)!;
  }

  /** Weighted cost of the whole workload. */
  total(): number {
    return this.input.families.reduce((sum, family) => sum + family.weight * this.costNow(family), 0);
  }

  /** Candidates that some statement's plan uses now. */
  used(): ReadonlySet<string> {
    return new Set([...this.costs.values()].flatMap((cost) => [...cost.used]));
  }

  addedBytes(move: Move): number {
    return move.ids.filter((id) => !this.has(id)).reduce((sum, id) => sum + this.candidate(id).bytes, 0);
  }

  fits(move: Move): "fits" | "count" | "bytes" {
    const { maxIndexes, maxBytes } = this.input.budget;
    const added = move.ids.filter((id) => !this.has(id));
    if (maxIndexes !== null && this.ids.length + added.length > maxIndexes) return "count";
    const bytes = this.ids.reduce((sum, id) => sum + this.candidate(id).bytes, 0) + this.addedBytes(move);
    return maxBytes !== null && bytes > maxBytes ? "bytes" : "fits";
  }

  /** Weighted cost the move would save now; null when it saves too little or makes a statement worse than allowed. */
  async gain(move: Move): Promise<number | null> {
    if (move.ids.every((id) => this.has(id))) return null;
    const costs = await this.costsWith([...this.ids, ...move.ids], move.families);
    if ([...costs].some(([id, cost]) => this.regressed(id, cost))) return null;
    const saved = this.saved(costs);
    return saved > 0 && this.matters(costs, saved, this.input.thresholds) ? saved : null;
  }

  async add(move: Move): Promise<void> {
    this.ids = [...new Set([...this.ids, ...move.ids])];
    await this.refresh(move.ids);
  }
  async remove(id: string): Promise<void> {
    this.ids = this.ids.filter((each) => each !== id);
    await this.refresh([id]);
  }
  async replace(id: string, other: string): Promise<void> {
    this.ids = this.ids.map((each) => (each === id ? other : each));
    await this.refresh([id, other]);
  }

  /** Weighted cost lost if this index went. */
  async lossWithout(id: string): Promise<number> {
    return -this.saved(await this.costsWith(this.without(id), this.familiesNear([id])));
  }
  /** Weighted cost lost if `other` took its place; null when a statement would regress. */
  async lossIfReplaced(id: string, other: string): Promise<number | null> {
    const costs = await this.costsWith([...this.without(id), other], this.familiesNear([id, other]));
    return [...costs].some(([family, cost]) => this.regressed(family, cost)) ? null : -this.saved(costs);
  }
  async worthKeeping(id: string, thresholds: Thresholds): Promise<boolean> {
    const without = await this.costsWith(this.without(id), this.familiesNear([id]));
    // Seen from the set without it, keeping the index is the move that saves.
    const loss = -this.saved(without);
    const kept = new Map([...without].map(([family]) => [family, this.costs.get(family)!]));
    return loss > 0 && this.matters(kept, loss, thresholds, without);
  }

  /** Asks again for every statement on the relations of these candidates; null = all statements. */
  async refresh(changed: readonly string[] | null): Promise<void> {
    const near = changed === null ? this.input.families.map((family) => family.id) : this.familiesNear(changed);
    for (const [id, cost] of await this.costsWith(this.ids, near)) this.costs.set(id, cost);
  }

  private without(id: string): readonly string[] {
    return this.ids.filter((each) => each !== id);
  }

  /** Families that some candidate of the same relation can serve. */
  private familiesNear(ids: readonly string[]): string[] {
    const relations = new Set(ids.map((id) => relationKey(this.candidate(id).relation)));
    return [...new Set(this.input.candidates.filter((each) => relations.has(relationKey(each.relation))).flatMap((each) => each.families))];
  }

  private async costsWith(ids: readonly string[], families: readonly string[]): Promise<Map<string, FamilyCost>> {
    const show = new Set(ids);
    const costs = new Map<string, FamilyCost>();
    for (const id of families) if (this.families.has(id)) costs.set(id, await this.input.model.cost(id, { show, hide: [] }));
    return costs;
  }

  private costNow(family: WeighedFamily): number {
    return this.costs.get(family.id)?.cost ?? family.baselineCost;
  }

  private saved(costs: ReadonlyMap<string, FamilyCost>): number {
    let saved = 0;
    for (const [id, { cost }] of costs) {
      const family = this.families.get(id)!;
      saved += family.weight * (this.costNow(family) - cost);
    }
    return saved;
  }

  private regressed(id: string, { cost }: FamilyCost): boolean {
    return cost > this.families.get(id)!.baselineCost * (1 + this.input.thresholds.maxRegression);
  }

  private matters(
    after: ReadonlyMap<string, FamilyCost>,
    saved: number,
    thresholds: Thresholds,
    before?: ReadonlyMap<string, FamilyCost>,
  ): boolean {
    const helped = [...after].some(([id, { cost }]) => {
      const now = before?.get(id)?.cost ?? this.costNow(this.families.get(id)!);
      return now - cost >= thresholds.minCostSaved && now - cost >= this.families.get(id)!.baselineCost * thresholds.minStatementGain;
    });
    return helped || (this.baselineTotal > 0 && saved / this.baselineTotal >= thresholds.minWorkloadGain && saved > 0);
  }
}
