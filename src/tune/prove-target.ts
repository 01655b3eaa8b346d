import { qualified } from "../domain/identifier.ts";
import { figure } from "../rule/build.ts";
import { percent } from "../rule/scan-facts.ts";
import type { Trial } from "../rule/tuning-rule.ts";
import { estimateEffects, expectedRows, fewestSampled, leastError, leastImprovement, timesApart } from "./estimates.ts";
import { compare, type PlannedFamily, plansToday, plansWith, type Questions } from "./replan.ts";
import { refused, unproved, type Verdict } from "./verdict.ts";

type TargetTrial = Extract<Trial, { kind: "column-target" }>;

/**
 * Counts a condition in the sampled rows, gives the shadow the statistics that the longer list makes of them, and plans again. Proved where the
 * planner expects over 10× fewer rows and comes 3× nearer; counted alone where the sample makes no such list; refused when the
 * sample shows otherwise. Without a sample, or where so few of its rows meet the condition that the count could be chance, a value stands
 * unproved on its log, and a range, which may lie beyond what was analysed, is refused.
 */
export async function proveTarget(trial: TargetTrial, families: readonly PlannedFamily[], questions: Questions): Promise<Verdict> {
  const { planner } = questions;
  const { rows } = trial;
  const uncounted = (more: string): Verdict =>
    trial.otherwise === null
      ? refused(`No evidence beside a logged run${more === "" ? ": no rows are sampled" : more}.`)
      : unproved(`${trial.otherwise}${more}`);
  const sample = (await planner.sampledRows?.(trial.relation)) ?? null;
  const part = await sample?.fraction(trial.condition);
  if (!sample || part === null || part === undefined) return uncounted("");
  const expected = trial.expectedRows / rows;
  const found = Math.round(part * sample.rows);
  const isOff = part >= expected * leastError;
  // Ten times what is expected would have shown.
  if (!isOff && expected * leastError * sample.rows >= fewestSampled)
    return refused(`Counted in ${figure(sample.rows)} sampled rows, the estimate is not off by ${leastError}×.`);
  if (!isOff || found < fewestSampled) return uncounted(`; ${figure(found)} of ${figure(sample.rows)} sampled rows are too few to tell`);
  const planned = await planWithTarget(trial, part * rows, { families, questions });
  if (planned !== null) return planned;
  const what = `${figure(found)} of ${figure(sample.rows)} sampled rows hold it, ${percent(part)}, where the planner expects ${percent(expected)}`;
  return trial.otherwise === null
    ? refused(`${what}, but a histogram of ${figure(trial.target)} steps made of the sample comes no nearer.`)
    : { kind: "proved", proof: { kind: "measured", what } };
}

/** Null where the longer list cannot be tried, or does not bring the estimate nearer. */
async function planWithTarget(
  trial: TargetTrial,
  rowsSampled: number,
  { families, questions }: { readonly families: readonly PlannedFamily[]; readonly questions: Questions },
): Promise<Verdict | null> {
  const { planner } = questions;
  if (!planner.withColumnTarget) return null;
  const { relation, column, target } = trial;
  const probe = `select 1 from ${qualified(relation)} where ${trial.condition}`;
  const [before, rowsBefore] = [await plansToday(families, questions), await expectedRows(probe, questions)];
  const tried = await planner.withColumnTarget({ relation, column, target }, async () => ({
    after: await plansWith(relation, families, before, questions),
    rowsAfter: await expectedRows(probe, questions),
  }));
  if (tried.kind === "refused" || rowsBefore === null || tried.result.rowsAfter === null) return null;
  const { after, rowsAfter } = tried.result;
  if (timesApart(rowsAfter, rowsSampled) * leastImprovement > timesApart(rowsBefore, rowsSampled)) return null;
  const effects = estimateEffects(trial.helps, { before, after, rows: { rowsBefore, rowsAfter, rowsSampled } });
  if (effects.length === 0) return null;
  const { planned, changedPlans } = compare(families, before, after);
  return {
    kind: "proved",
    proof: {
      kind: "planner",
      change: `statistics of ${column} with up to ${figure(target)} entries, made of sampled rows`,
      // The cost before was of rows that are not there.
      comparable: false,
      planned,
      better: 0,
      worse: 0,
      changedPlans,
      effects: effects.toSorted((a, b) => (a.family < b.family ? -1 : 1)),
    },
  };
}
