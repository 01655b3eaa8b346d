import type { Planner } from "../contract/planner.ts";
import { relationKey } from "../domain/postgres.ts";
import type { PlanChange, WorkloadImpact } from "../domain/review.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { bindParameters } from "../group/bind-parameters.ts";
import { group } from "../group/group.ts";
import { indexesUsed } from "../parse/read-plan.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import type { Grafted } from "./graft-statistics.ts";

/** Plans of the workload as it runs today. */
export interface PlannedWorkload {
  readonly families: readonly QueryFamily[];
  readonly plans: ReadonlyMap<string, FamilyPlan>;
  /** Families that PostgreSQL takes today; one it refuses today cannot break. */
  readonly accepted: ReadonlySet<string>;
}

interface FamilyPlan {
  readonly sql: string;
  readonly generic: boolean;
  readonly cost: number;
  readonly indexes: readonly string[];
}

export interface ComparedWorkload {
  readonly impact: WorkloadImpact;
  /** Planner cost of each family that reads what the migration touches, today and after it. */
  readonly costs: ReadonlyMap<string, { readonly before: number; readonly after: number }>;
}

export interface ImpactTools {
  readonly parser: SqlParser;
  readonly openPlanner: (snapshot: Snapshot) => Promise<Planner>;
  readonly stop: () => void;
}

/** Less than this part of a cost is noise to a reader: issue 5 asks for what gets dearer by over 10 %. */
const worthTelling = 0.1;
/** Planner units: below it a statement costs next to nothing either way. */
const leastCost = 5;

/** Groups and plans the snapshot's statements, and asks the scratch database, which has the same schema, which of them it takes. */
export async function planWorkload(snapshot: Snapshot, scratch: EmbeddedDatabase, tools: ImpactTools): Promise<PlannedWorkload> {
  const grouped = await group(snapshot, tools.parser);
  if (grouped.families.length === 0) return { families: [], plans: new Map(), accepted: new Set() };
  const planner = await tools.openPlanner(snapshot);
  try {
    const { families } = await bindParameters(grouped, snapshot, (sql) => planner.parameterTypes(sql));
    const plans = new Map<string, FamilyPlan>();
    const accepted = new Set<string>();
    for (const family of families) {
      tools.stop();
      const plan = await firstPlan(family, planner);
      if (plan) plans.set(family.id, plan);
      if ((await refusal(scratch, family.sql)) === null) accepted.add(family.id);
    }
    return { families, plans, accepted };
  } finally {
    await planner.close();
  }
}

async function firstPlan(family: QueryFamily, planner: Planner): Promise<FamilyPlan | null> {
  for (const example of family.examples) {
    const generic = example.kind === "generic";
    const outcome = await planner.plan(example.sql, { show: [], hide: [] }, { generic });
    if (outcome.kind === "planned")
      return { sql: example.sql, generic, cost: outcome.plan.root.totalCost, indexes: [...indexesUsed(outcome.plan)].sort() };
  }
  return null;
}

/** Compares the workload's plans on the schema that the migration leaves with today's. `scratch` has been migrated. */
export async function compareWorkload(
  today: PlannedWorkload,
  grafted: Grafted,
  context: { readonly scratch: EmbeddedDatabase; readonly touched: ReadonlySet<string>; readonly tools: ImpactTools },
): Promise<ComparedWorkload> {
  const { scratch, touched, tools } = context;
  const reading = today.families.filter((family) => family.scans.some((scan) => touched.has(relationKey(scan.relation))));
  const suspects = new Set([...reading, ...today.families.filter((family) => family.scans.length === 0)]);
  const changes: PlanChange[] = [];
  const broken = new Set<string>();
  for (const family of suspects) {
    tools.stop();
    const error = today.accepted.has(family.id) ? await refusal(scratch, family.sql) : null;
    if (error === null) continue;
    broken.add(family.id);
    changes.push({
      ...described(family),
      effect: "breaks",
      costBefore: today.plans.get(family.id)?.cost ?? null,
      costAfter: null,
      costAfterAnalyze: null,
      indexesBefore: today.plans.get(family.id)?.indexes ?? [],
      indexesAfter: [],
      error,
      causedBy: null,
    });
  }
  const toPlan = reading.filter((family) => !broken.has(family.id) && today.plans.has(family.id));
  const after = await plansOn(grafted.snapshot, toPlan, today, tools);
  const analyzed = grafted.analyzed === null ? null : await plansOn(grafted.analyzed, toPlan, today, tools);
  for (const family of toPlan) {
    const before = today.plans.get(family.id)!; // filtered above
    const now = after.get(family.id);
    if (!now) continue;
    const change = now.cost - before.cost;
    if (Math.abs(change) <= worthTelling * before.cost || Math.max(before.cost, now.cost) < leastCost) continue;
    const later = analyzed?.get(family.id)?.cost ?? null;
    // Dearer or cheaper only while the statistics are missing: a gain of that kind is none.
    if (change < 0 && later !== null && later >= before.cost * (1 - worthTelling)) continue;
    changes.push({
      ...described(family),
      effect: change > 0 ? "worse" : "better",
      costBefore: before.cost,
      costAfter: now.cost,
      costAfterAnalyze: later === now.cost ? null : later,
      indexesBefore: before.indexes,
      indexesAfter: now.indexes,
      error: null,
      causedBy: null,
    });
  }
  const used = (index: string) => [...after].filter(([, plan]) => plan.indexes.includes(index)).map(([id]) => id);
  const impact: WorkloadImpact = {
    plannedCount: today.plans.size,
    touchedCount: reading.length,
    changes: changes.toSorted((a, b) => rank(a) - rank(b) || weight(b) - weight(a) || (a.family < b.family ? -1 : 1)),
    newIndexes: grafted.newIndexes
      .filter((index) => index.parent === null)
      .map((index) => ({
        index: { schema: index.schema, name: index.name },
        relation: index.relation,
        place: null,
        bytes: sizeOf(index, grafted),
        usedBy: used(index.name).sort(),
        triedCount: toPlan.filter((family) => family.scans.some((scan) => reads(scan.relation, index.relation, grafted))).length,
      })),
  };
  const costs = new Map([...after].map(([id, plan]) => [id, { before: today.plans.get(id)!.cost, after: plan.cost }])); // planned today, too
  return { impact, costs };
}

function described(family: QueryFamily) {
  return { family: family.id, sql: family.normalizedSql, place: family.place, callsPerDay: family.load.callsPerDay };
}

function reads(scanned: { schema: string; name: string }, relation: { schema: string; name: string }, grafted: Grafted): boolean {
  const former = grafted.formerNames.get(relationKey(relation)) ?? relation;
  return relationKey(scanned) === relationKey(former);
}

function sizeOf(index: Grafted["newIndexes"][number], grafted: Grafted): number | null {
  const relation = grafted.snapshot.catalog.relations.find((each) => relationKey(each) === relationKey(index.relation));
  const grown = relation?.indexes.find((each) => each.name === index.name);
  return relation?.rows == null || !grown ? null : grown.bytes;
}

function rank(change: PlanChange): number {
  return ["breaks", "worse", "better"].indexOf(change.effect);
}

function weight(change: PlanChange): number {
  return Math.abs((change.costAfter ?? 0) - (change.costBefore ?? 0)) * (change.callsPerDay ?? 1);
}

async function plansOn(
  snapshot: Snapshot,
  families: readonly QueryFamily[],
  today: PlannedWorkload,
  tools: ImpactTools,
): Promise<Map<string, FamilyPlan>> {
  const plans = new Map<string, FamilyPlan>();
  if (families.length === 0) return plans;
  const planner = await tools.openPlanner(snapshot);
  try {
    for (const family of families) {
      tools.stop();
      const { sql, generic } = today.plans.get(family.id)!; // callers filter
      const outcome = await planner.plan(sql, { show: [], hide: [] }, { generic });
      // What the shadow could not restore refuses here what the scratch database took: no verdict then.
      if (outcome.kind === "planned")
        plans.set(family.id, { sql, generic, cost: outcome.plan.root.totalCost, indexes: [...indexesUsed(outcome.plan)].sort() });
    }
    return plans;
  } finally {
    await planner.close();
  }
}

/** What PostgreSQL says to the statement when it is prepared; null when it takes it. Nothing is run. */
export async function refusal(database: EmbeddedDatabase, sql: string): Promise<{ sqlState: string; message: string } | null> {
  try {
    await database.run(`prepare plansmith_check as ${sql}`);
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    return { sqlState, message: (error as Error).message }; // sqlStateOf has seen that it is an Error
  }
  await database.run("deallocate plansmith_check");
  return null;
}
