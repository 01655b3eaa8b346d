import type { MeasuredSize, SizeTarget } from "../contract/measurer.ts";
import type { Planner, WhatIf } from "../contract/planner.ts";
import type { IndexDefinition } from "../domain/candidate.ts";
import type { Catalog } from "../domain/catalog.ts";
import { type Plan, type PlanNode, planNodes } from "../domain/plan.ts";
import { type RelationName, sameRelation } from "../domain/postgres.ts";
import type { TuningEffect } from "../domain/tuning.ts";
import type { Example, QueryFamily } from "../domain/workload.ts";
import { planChange } from "../explain/plan-change.ts";
import { planShape } from "../parse/read-plan.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";

/** A statement that plans, with the binding that stands for it. */
export interface PlannedFamily {
  readonly family: QueryFamily;
  readonly typical: Example;
}

/** How statements are asked for: with which indexes, and when to stop. */
export interface Questions {
  readonly planner: Planner;
  readonly indexes: WhatIf;
  /** `{name in plans → name to show}`: a planner knows a new index under a name of its own. */
  readonly indexNames?: ReadonlyMap<string, string>;
  /** Throws when the user or the clock says stop. */
  readonly stop: () => void;
  /** Plans of today that are known; null where one cannot be planned. Absent: none are kept. */
  readonly today?: Map<Example, Plan | null>;
  /** Absent: there is no copy. */
  readonly copySize?: (target: SizeTarget) => Promise<MeasuredSize>;
}

/** The same for questions that another schema answers, with the indexes that are to be made there too. */
export interface SchemaQuestions extends Questions {
  /** Recommended indexes among them, as another planner would make them. */
  readonly chosen: readonly { readonly id: string; readonly index: IndexDefinition }[];
  readonly catalog: Catalog;
  /** When the statistics were read; ISO 8601. */
  readonly collectedAt: string;
  readonly searchPath: readonly string[];
  readonly parser: SqlParser;
}

/** `{family id → plan}` of every statement that plans. */
export async function plansOf(
  families: readonly PlannedFamily[],
  { planner, indexes, stop, indexNames = new Map() }: Questions,
): Promise<ReadonlyMap<string, Plan>> {
  const plans = new Map<string, Plan>();
  for (const { family, typical } of families) {
    stop();
    const outcome = await planner.plan(typical.sql, indexes, { generic: typical.kind === "generic" });
    if (outcome.kind === "planned") plans.set(family.id, { ...outcome.plan, root: renamed(outcome.plan.root, indexNames) });
  }
  return plans;
}

/** The same of today, with nothing tried: each is planned once, however many advices ask for it. */
export async function plansToday(families: readonly PlannedFamily[], questions: Questions): Promise<ReadonlyMap<string, Plan>> {
  const { today = new Map<Example, Plan | null>() } = questions;
  const unknown = families.filter(({ typical }) => !today.has(typical));
  const found = await plansOf(unknown, questions);
  for (const { family, typical } of unknown) today.set(typical, found.get(family.id) ?? null);
  const plans = new Map<string, Plan>();
  for (const { family, typical } of families) {
    const plan = today.get(typical);
    if (plan) plans.set(family.id, plan);
  }
  return plans;
}

/** Plans while something is tried that only one relation's statistics tell: of statements that do not read it they are what they were. */
export async function plansWith(
  relation: RelationName,
  families: readonly PlannedFamily[],
  before: ReadonlyMap<string, Plan>,
  questions: Questions,
): Promise<ReadonlyMap<string, Plan>> {
  const reading = families.filter(({ family }) => {
    const plan = before.get(family.id);
    return (
      plan !== undefined &&
      (reads(family, relation) || [...planNodes(plan)].some((node) => node.relation !== null && sameRelation(node.relation, relation)))
    );
  });
  const after = await plansOf(reading, questions);
  const isReading = new Set(reading.map(({ family }) => family.id));
  return new Map([...[...before].filter(([family]) => !isReading.has(family)), ...after]);
}

/** Whether the statement itself names the relation, to read or to change it. */
export function reads({ scans }: QueryFamily, relation: RelationName): boolean {
  return scans.some((scan) => sameRelation(scan.relation, relation));
}

function renamed(node: PlanNode, names: ReadonlyMap<string, string>): PlanNode {
  if (names.size === 0) return node;
  const index = node.index === null ? null : (names.get(node.index) ?? node.index);
  return { ...node, index, children: node.children.map((child) => renamed(child, names)) };
}

/** A statement counts as better or worse from 1 % on: less is rounding of costs. */
export const noticeable = 0.01;
/** Effects that a report shows. */
const mostShown = 8;

export interface Comparison {
  readonly planned: number;
  readonly better: number;
  readonly worse: number;
  readonly changedPlans: number;
  readonly effects: readonly TuningEffect[];
  /** Sum of calls × cost. */
  readonly costBefore: number;
  readonly costAfter: number;
  /** `{family id → cost after ÷ before}`. */
  readonly ratios: ReadonlyMap<string, number>;
}

/** Holds every statement's two plans against one another. Effects: worse ones first, then by cost saved; `all` has those that stay as they are too. */
export function compare(
  families: readonly PlannedFamily[],
  before: ReadonlyMap<string, Plan>,
  after: ReadonlyMap<string, Plan>,
  show: "changed" | "all" = "changed",
): Comparison {
  const effects: (TuningEffect & { readonly weight: number; readonly worse: boolean })[] = [];
  const ratios = new Map<string, number>();
  let [planned, better, worse, changedPlans, costBefore, costAfter] = [0, 0, 0, 0, 0, 0];
  for (const { family } of families) {
    const [was, is] = [before.get(family.id), after.get(family.id)];
    if (!was || !is) continue;
    const [from, to] = [was.root.totalCost, is.root.totalCost];
    const ratio = from > 0 ? to / from : 1;
    const reshaped = planShape(was) !== planShape(is);
    const calls = Math.max(1, family.load.calls);
    planned += 1;
    costBefore += from * calls;
    costAfter += to * calls;
    ratios.set(family.id, ratio);
    if (reshaped) changedPlans += 1;
    if (ratio < 1 - noticeable) better += 1;
    if (ratio > 1 + noticeable) worse += 1;
    if (show === "changed" && !reshaped && Math.abs(ratio - 1) <= noticeable) continue;
    effects.push({
      family: family.id,
      costBefore: from,
      costAfter: to,
      rowsBefore: null,
      rowsAfter: null,
      rowsSampled: null,
      planChange: reshaped || Math.abs(ratio - 1) > noticeable ? planChange(was, is) : "",
      weight: Math.abs(from - to) * calls,
      worse: ratio > 1 + noticeable,
    });
  }
  const ranked = effects.toSorted((a, b) => Number(b.worse) - Number(a.worse) || b.weight - a.weight || (a.family < b.family ? -1 : 1));
  const shown = ranked.slice(0, mostShown).map(({ weight: _weight, worse: _worse, ...effect }) => effect);
  return { planned, better, worse, changedPlans, effects: shown, costBefore: rounded(costBefore), costAfter: rounded(costAfter), ratios };
}

/** To hundredths, as EXPLAIN prints costs. */
export function rounded(cost: number): number {
  return Math.round(cost * 100) / 100;
}
