import type { Planner, PlanOutcome, WhatIf } from "../contract/planner.ts";
import { type Plan, planNodes } from "../domain/plan.ts";
import { relationKey } from "../domain/postgres.ts";

/** Text of the plans kept, in characters: about 10,000 plans of a few nodes, or 100 of 500 joins. */
const mostCharacters = 20_000_000;
/** What a node takes beside its text. */
const nodeCharacters = 400;

type PlannedOutcome = Extract<PlanOutcome, { kind: "planned" }>;

/**
 * The planner with a memory: the same question is not planned twice, since several stages ask it, and 500 joins take 0.4 s to plan.
 * Plans of the statement asked longest ago are forgotten first. Those made under other settings or statistics are neither remembered
 * nor answered from memory, and failures are asked again.
 */
export function rememberingPlanner(planner: Planner, most = mostCharacters): Planner {
  // {statement → {question → plan}}, the statement asked longest ago first.
  const bySql = new Map<string, Map<string, PlannedOutcome>>();
  let characters = 0;
  let trials = 0;

  const remember = (sql: string, question: string, outcome: PlannedOutcome) => {
    const own = bySql.get(sql);
    if (own?.has(question)) return;
    characters += charactersOf(outcome.plan) + (own ? 0 : sql.length);
    bySql.set(sql, (own ?? new Map<string, PlannedOutcome>()).set(question, outcome));
    for (const [oldest, plans] of bySql) {
      if (characters <= most) return;
      bySql.delete(oldest);
      characters -= oldest.length;
      for (const each of plans.values()) characters -= charactersOf(each.plan);
    }
  };
  const plan: Planner["plan"] = async (sql, whatIf, options = {}) => {
    if (trials > 0) return planner.plan(sql, whatIf, options);
    const question = questionOf(whatIf, options.generic ?? false);
    const own = bySql.get(sql);
    const known = own?.get(question);
    if (own && known) {
      bySql.delete(sql);
      bySql.set(sql, own);
      return known;
    }
    const outcome = await planner.plan(sql, whatIf, options);
    if (outcome.kind === "planned") remember(sql, question, outcome);
    return outcome;
  };
  const trial = async <T>(work: () => Promise<T>): Promise<T> => {
    trials++;
    try {
      return await work();
    } finally {
      trials--;
    }
  };

  const { underSettings, withStatistics, withColumnTarget } = planner;
  return {
    ...planner,
    plan,
    ...(underSettings ? { underSettings: (settings, work) => trial(() => underSettings(settings, work)) } : {}),
    ...(withStatistics ? { withStatistics: (tried, work) => trial(() => withStatistics(tried, work)) } : {}),
    ...(withColumnTarget ? { withColumnTarget: (tried, work) => trial(() => withColumnTarget(tried, work)) } : {}),
  };
}

function questionOf({ show, hide }: WhatIf, generic: boolean): string {
  return `${generic ? "generic" : ""}|${show.toSorted().join(",")}|${hide.map(relationKey).toSorted().join(",")}`;
}

function charactersOf(plan: Plan): number {
  let sum = 0;
  for (const node of planNodes(plan)) {
    sum += nodeCharacters;
    for (const value of Object.values(node)) if (typeof value === "string") sum += value.length;
  }
  return sum;
}
