import { setImmediate } from "node:timers/promises";
import type { CostModel, FamilyCost, IndexSet, KnownCost } from "../contract/cost-model.ts";
import type { Planner } from "../contract/planner.ts";
import { groupBy } from "../domain/group-by.ts";
import type { Plan, PlanDoubt } from "../domain/plan.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { PlanShape } from "../domain/report.ts";
import type { Example, QueryFamily } from "../domain/workload.ts";
import { AdvisorError } from "../errors.ts";
import { indexesUsed } from "../parse/read-plan.ts";
import type { RootOf } from "./inheritance-root.ts";
import { loggedDoubts } from "./logged-doubts.ts";

/** A family that the planner can plan, with the binding that stands for it. */
export interface PlannableFamily {
  readonly family: QueryFamily;
  readonly typical: Example;
  /** Every binding that can be planned, the typical one first. */
  readonly examples: readonly Example[];
  /** Cost of the typical binding with the indexes that exist now. */
  readonly baselineCost: number;
  /** That plan's shape; absent where nobody asked. */
  readonly shape?: PlanShape;
}

export interface PreparedCandidate {
  readonly id: string;
  readonly relation: RelationName;
  /** As plans name it. */
  readonly indexName: string;
  readonly bringsStatistics: boolean;
}

/** What-if questions over bindings, with a cache of costs keyed by the indexes that can matter to a statement. */
export interface WhatIfCosts extends CostModel {
  /** Makes a prepared candidate known; questions that show an id not registered ignore it. */
  register(candidate: PreparedCandidate): void;
  /** The cost of a binding with the indexes of today, from a plan made elsewhere: it need not be planned again. */
  remember(family: QueryFamily, example: Example, cost: number): void;
  costOf(family: QueryFamily, example: Example, indexes: IndexSet): Promise<FamilyCost>;
  /** The plan itself; not cached, for evidence. */
  planOf(family: QueryFamily, example: Example, indexes: IndexSet): Promise<Plan>;
  /** The plan with what makes its figures uncertain. */
  doubtedPlanOf(family: QueryFamily, example: Example, indexes: IndexSet): Promise<DoubtedPlan>;
  planCount(): number;
}

export interface DoubtedPlan {
  readonly plan: Plan;
  readonly doubts: readonly PlanDoubt[];
}

/** Plans between two looks at the event loop: the embedded planner never yields, and Ctrl-C must be seen. */
const plansPerTurn = 40;

interface Circumstances {
  readonly rootOf: RootOf;
  readonly stop: () => void;
}

export function whatIfCosts(
  planner: Planner,
  families: ReadonlyMap<string, PlannableFamily>,
  { rootOf, stop }: Circumstances,
): WhatIfCosts {
  /** {candidate → topmost parent of its relation} */
  const roots = new Map<string, string>();
  const touchedBy = new Map<string, ReadonlySet<string>>();
  const byIndexName = new Map<string, string>();
  const cache = new Map<string, FamilyCost>();
  const bringers = new Set<string>();
  const knownOf = new Map<string, KnownCost[]>();
  let plans = 0;

  /** The set asked about last, by relation: it is asked about for every statement of the workload. Sets are never changed. */
  let last = { show: new Set<string>() as ReadonlySet<string>, onRoots: new Map<string, readonly string[]>() };
  const onRootsOf = (show: ReadonlySet<string>) => {
    // Plans of today are asked for between those of a set.
    if (show.size === 0) return new Map<string, readonly string[]>();
    if (show !== last.show) {
      const known = [...show].filter((id) => roots.has(id));
      last = { show, onRoots: groupBy(known, (id) => roots.get(id)!) };
    }
    return last.onRoots;
  };

  /** Only indexes on a relation the statement reads, its parents or its partitions, can change its plan. */
  const relevant = (family: QueryFamily, indexes: IndexSet) => {
    const touched = touchedBy.get(family.id) ?? new Set(family.scans.map((scan) => rootOf(scan.relation)));
    touchedBy.set(family.id, touched);
    const onRoots = onRootsOf(indexes.show);
    return { show: [...touched].flatMap((root) => onRoots.get(root) ?? []).toSorted(), hide: indexes.hide };
  };

  const planOf = async (family: QueryFamily, example: Example, indexes: IndexSet): Promise<Plan> => {
    stop();
    if (++plans % plansPerTurn === 0) await setImmediate();
    const outcome = await planner.plan(example.sql, relevant(family, indexes), { generic: example.kind === "generic" });
    if (outcome.kind === "planned") return outcome.plan;
    // It was planned before with fewer indexes, so this is the planner's fault and not the statement's.
    throw new AdvisorError("INTERNAL", `The ${planner.backend} planner could no longer plan statement ${family.id}: ${outcome.message}`);
  };

  const keyOf = (family: QueryFamily, example: Example, show: readonly string[], hide: readonly RelationName[]) =>
    [family.id, example.kind, show.join(","), hide.map(relationKey).toSorted().join(",")].join("|");

  const costOf = async (family: QueryFamily, example: Example, indexes: IndexSet): Promise<FamilyCost> => {
    const { show, hide } = relevant(family, indexes);
    const key = keyOf(family, example, show, hide);
    const known = cache.get(key);
    if (known) return known;
    const plan = await planOf(family, example, indexes);
    const used = new Set<string>();
    for (const name of indexesUsed(plan)) {
      const id = byIndexName.get(name);
      if (id !== undefined) used.add(id);
    }
    const cost = { cost: plan.root.totalCost, used };
    cache.set(key, cost);
    keep(family, example, { ...cost, show }, hide);
    return cost;
  };

  const keep = (family: QueryFamily, example: Example, known: KnownCost, hide: readonly RelationName[]) => {
    if (hide.length > 0 || families.get(family.id)?.typical !== example || known.show.some((id) => bringers.has(id))) return;
    const own = knownOf.get(family.id);
    if (own) own.push(known);
    else knownOf.set(family.id, [known]);
  };

  return {
    register(candidate) {
      roots.set(candidate.id, rootOf(candidate.relation));
      byIndexName.set(candidate.indexName, candidate.id);
      if (candidate.bringsStatistics) bringers.add(candidate.id);
    },
    remember(family, example, cost) {
      cache.set(keyOf(family, example, [], []), { cost, used: new Set() });
    },
    costOf,
    planOf,
    async doubtedPlanOf(family, example, indexes) {
      const plan = await planOf(family, example, indexes);
      const doubts = (await planner.doubts?.(plan, relevant(family, indexes))) ?? [];
      return { plan, doubts: [...doubts, ...loggedDoubts(family)] };
    },
    cost(id, indexes) {
      const known = families.get(id);
      if (!known) throw new AdvisorError("INTERNAL", `Statement ${id} has no plan to compare with`);
      return costOf(known.family, known.typical, indexes);
    },
    known: (id) => knownOf.get(id) ?? [],
    planCount: () => plans,
  };
}
