import type { FamilyCost } from "../contract/cost-model.ts";
import type { InferredCosts } from "./inferred-costs.ts";
import { isRegression } from "./regression.ts";
import type { SearchCandidate, Thresholds } from "./search.ts";
import type { WeighedFamily } from "./weigh.ts";

/** One or more candidates taken together: two indexes can pay where neither pays alone. */
export interface Move {
  readonly candidates: readonly SearchCandidate[];
  readonly families: readonly string[];
}

export function moveOf(candidates: readonly SearchCandidate[]): Move {
  return { candidates, families: [...new Set(candidates.flatMap((candidate) => candidate.families))] };
}

/** What stays the same during one search. */
export interface Ground {
  readonly families: ReadonlyMap<string, WeighedFamily>;
  readonly costs: InferredCosts;
  readonly thresholds: Thresholds;
  /** Weighted cost of the workload today. */
  readonly baseline: number;
  /** What recombining has looked up so far. */
  readonly work: { lookUps: number };
}

/** What a set would be after a change: only families whose cost it moves are named. */
export interface Trial {
  readonly added: readonly SearchCandidate[];
  readonly removed: readonly SearchCandidate[];
  readonly costs: ReadonlyMap<string, FamilyCost>;
  /** Weighted cost saved against the state it was tried on, the price of keeping the indexes taken off; negative when it loses. */
  readonly saved: number;
  /** Some statement would cost more than it may. */
  readonly regresses: boolean;
}

/** A set of candidates and what each statement costs with it. A class because it holds the changing state of one search. */
export class State {
  private readonly ground: Ground;
  private readonly members: Map<string, SearchCandidate>;
  private readonly costs: LayeredCosts;
  /** {member → families whose plan uses it}: growing asks this of every member at every step. */
  private readonly users: Map<string, number>;
  private weighted: number;

  private constructor(
    ground: Ground,
    members: Map<string, SearchCandidate>,
    costs: LayeredCosts,
    users: Map<string, number>,
    weighted: number,
  ) {
    this.ground = ground;
    this.members = members;
    this.costs = costs;
    this.users = users;
    this.weighted = weighted;
  }

  static empty(ground: Ground): State {
    const costs = new Map([...ground.families].map(([id, { baselineCost }]) => [id, { cost: baselineCost, used: new Set<string>() }]));
    return new State(ground, new Map(), new LayeredCosts(costs, new Map()), new Map(), ground.baseline);
  }
  /** Plans every statement that its members can serve without inferring; true when one differs from what was inferred. */
  async verify(): Promise<boolean> {
    const families = new Set(this.chosen().flatMap((member) => member.families));
    let surprised = false;
    for (const id of families) {
      const family = this.ground.families.get(id);
      if (!family) continue;
      const { cost, surprising } = await this.ground.costs.verified(id, this.members, this.costOf(id));
      surprised ||= surprising;
      this.weighted += family.weight * (cost.cost - this.costOf(id));
      this.setCost(id, cost);
    }
    return surprised;
  }
  copy(): State {
    return new State(this.ground, new Map(this.members), this.costs.copy(), new Map(this.users), this.weighted);
  }

  /** In the order chosen. */
  chosen(): readonly SearchCandidate[] {
    return [...this.members.values()];
  }
  has(id: string): boolean {
    return this.members.has(id);
  }
  /** Weighted cost of the workload with the set, and of keeping the set. */
  total(): number {
    return this.weighted;
  }
  bytes(): number {
    return this.chosen().reduce((sum, { bytes }) => sum + bytes, 0);
  }
  costOf(family: string): number {
    return this.costs.get(family)!.cost;
  }
  /** Cost of today, without any member. */
  baselineOf(family: string): number {
    return this.ground.families.get(family)!.baselineCost;
  }
  /** Families whose plan uses the member. */
  usersOf(id: string): readonly string[] {
    return this.members.get(id)?.families.filter((family) => this.costs.get(family)?.used.has(id)) ?? [];
  }
  isUsed(id: string): boolean {
    return (this.users.get(id) ?? 0) > 0;
  }
  /** Weighted cost of one family that the candidate saves where there is no other. */
  async savedAlone(id: string, family: string): Promise<number> {
    const { weight, baselineCost } = this.ground.families.get(family)!;
    return weight * (baselineCost - (await this.ground.costs.cost(family, new Set([id]))).cost);
  }

  /** Only statements that an added candidate can serve, or that a removed one has a part in, are planned again. */
  async try(added: readonly SearchCandidate[], removed: readonly SearchCandidate[]): Promise<Trial> {
    const gone = new Set(removed.map(({ id }) => id));
    const fresh = added.filter(({ id }) => !this.members.has(id));
    const come = new Set(fresh.map(({ id }) => id));
    const ids = { has: (id: string) => come.has(id) || (this.members.has(id) && !gone.has(id)) };
    const touched = new Set(fresh.flatMap(({ families }) => families));
    for (const { id, families, movesEstimates } of removed)
      for (const family of families) if (movesEstimates || this.costs.get(family)?.used.has(id)) touched.add(family);
    const costs = new Map<string, FamilyCost>();
    let saved = price(removed) - price(fresh);
    let regresses = false;
    for (const id of touched) {
      const family = this.ground.families.get(id);
      if (!family) continue;
      const answer = await this.ground.costs.cost(id, ids);
      costs.set(id, answer);
      saved += family.weight * (this.costOf(id) - answer.cost);
      regresses ||= isRegression(answer.cost, family.baselineCost, this.ground.thresholds.maxRegression);
    }
    return { added: fresh, removed, costs, saved, regresses };
  }

  apply(trial: Trial): void {
    for (const { id } of trial.removed) this.members.delete(id);
    for (const candidate of trial.added) this.members.set(candidate.id, candidate);
    for (const [id, cost] of trial.costs) this.setCost(id, cost);
    this.weighted -= trial.saved;
  }

  private setCost(family: string, cost: FamilyCost): void {
    for (const id of this.costs.get(family)?.used ?? []) this.users.set(id, this.users.get(id)! - 1);
    for (const id of cost.used) this.users.set(id, (this.users.get(id) ?? 0) + 1);
    this.costs.set(family, cost);
  }

  /** Whether a change is worth a person's attention: for the workload, or for one of the statements it speeds up. */
  matters({ costs, saved }: Pick<Trial, "costs" | "saved">): boolean {
    const { thresholds, baseline, families } = this.ground;
    if (saved <= 0) return false;
    if (baseline > 0 && saved / baseline >= thresholds.minWorkloadGain) return true;
    return [...costs].some(([id, { cost }]) => {
      const gain = this.costOf(id) - cost;
      return gain >= thresholds.minCostSaved && gain >= families.get(id)!.baselineCost * thresholds.minStatementGain;
    });
  }

  /** Whether losing the member would be: the same question asked from the set without it. */
  wouldMatter({ costs, saved }: Trial): boolean {
    const { thresholds, baseline, families } = this.ground;
    if (saved >= 0) return false;
    if (baseline > 0 && -saved / baseline >= thresholds.minWorkloadGain) return true;
    return [...costs].some(([id, { cost }]) => {
      const loss = cost - this.costOf(id);
      return loss >= thresholds.minCostSaved && loss >= families.get(id)!.baselineCost * thresholds.minStatementGain;
    });
  }
}

/** Changes kept over a shared ground before both are made one. */
const mostChanges = 256;

/** A cost for each family. A copy shares what has not changed: a search copies its state for every exchange, of thousands of families. */
class LayeredCosts {
  private ground: ReadonlyMap<string, FamilyCost>;
  private changes: Map<string, FamilyCost>;

  constructor(ground: ReadonlyMap<string, FamilyCost>, changes: Map<string, FamilyCost>) {
    this.ground = ground;
    this.changes = changes;
  }
  get(family: string): FamilyCost | undefined {
    return this.changes.get(family) ?? this.ground.get(family);
  }
  set(family: string, cost: FamilyCost): void {
    this.changes.set(family, cost);
    if (this.changes.size <= mostChanges) return;
    this.ground = new Map([...this.ground, ...this.changes]);
    this.changes = new Map();
  }
  copy(): LayeredCosts {
    return new LayeredCosts(this.ground, new Map(this.changes));
  }
}

function price(candidates: readonly SearchCandidate[]): number {
  return candidates.reduce((sum, candidate) => sum + candidate.price, 0);
}
