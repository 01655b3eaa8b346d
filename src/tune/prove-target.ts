import { qualified } from "../domain/identifier.ts";
import type { TuningEffect } from "../domain/tuning.ts";
import { planChange } from "../explain/plan-change.ts";
import { planShape } from "../parse/read-plan.ts";
import { figure } from "../rule/build.ts";
import { percent } from "../rule/scan-facts.ts";
import type { Trial } from "../rule/tuning-rule.ts";
import type { Verdict } from "./prove-advice.ts";
import { compare, type PlannedFamily, plansOf, type Questions } from "./replan.ts";

type TargetTrial = Extract<Trial, { kind: "column-target" }>;

/** Rows of the sample, by the log or found, from which a count says something. */
const fewestSampled = 10;
/** As tuning/extended-statistics has it: an estimate off by less is good enough. */
const leastError = 10;
/** The new estimate must be this many times nearer to what was counted. */
const leastImprovement = 3;

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
      ? { kind: "refused", reason: `No evidence beside a logged run${more === "" ? ": no rows are sampled" : more}.` }
      : { kind: "proved", proof: { kind: "unproved", why: `${trial.otherwise}${more}` } };
  const sample = (await planner.sampledRows?.(trial.relation)) ?? null;
  const part = await sample?.fraction(trial.condition);
  if (!sample || part === null || part === undefined) return uncounted("");
  const expected = trial.expectedRows / rows;
  const found = Math.round(part * sample.rows);
  const isOff = part >= expected * leastError;
  // Ten times what is expected would have shown.
  if (!isOff && expected * leastError * sample.rows >= fewestSampled)
    return { kind: "refused", reason: `Counted in ${figure(sample.rows)} sampled rows, the estimate is not off by ${leastError}×.` };
  if (!isOff || found < fewestSampled) return uncounted(`; ${figure(found)} of ${figure(sample.rows)} sampled rows are too few to tell`);
  const planned = await planWithTarget(trial, part * rows, { families, questions });
  if (planned !== null) return planned;
  const what = `${figure(found)} of ${figure(sample.rows)} sampled rows hold it, ${percent(part)}, where the planner expects ${percent(expected)}`;
  return trial.otherwise === null
    ? { kind: "refused", reason: `${what}, but a histogram of ${figure(trial.target)} steps made of the sample comes no nearer.` }
    : { kind: "proved", proof: { kind: "measured", what } };
}

/** Null where the longer list cannot be tried, or does not bring the estimate nearer. */
async function planWithTarget(
  trial: TargetTrial,
  rowsSampled: number,
  { families, questions }: { readonly families: readonly PlannedFamily[]; readonly questions: Questions },
): Promise<Verdict | null> {
  const { planner, indexes } = questions;
  if (!planner.withColumnTarget) return null;
  const probe = async () => {
    const outcome = await planner.plan(`select 1 from ${qualified(trial.relation)} where ${trial.condition}`, indexes);
    return outcome.kind === "planned" ? outcome.plan.root.planRows : null;
  };
  const [before, rowsBefore] = [await plansOf(families, questions), await probe()];
  const { relation, column, target } = trial;
  const tried = await planner.withColumnTarget({ relation, column, target }, async () => ({
    after: await plansOf(families, questions),
    rowsAfter: await probe(),
  }));
  if (tried.kind === "refused" || rowsBefore === null || tried.result.rowsAfter === null) return null;
  const { after, rowsAfter } = tried.result;
  if (ratio(rowsAfter, rowsSampled) * leastImprovement > ratio(rowsBefore, rowsSampled)) return null;
  const effects = trial.helps.flatMap((family): TuningEffect[] => {
    const [was, is] = [before.get(family), after.get(family)];
    if (!was || !is) return [];
    const change = planShape(was) === planShape(is) ? "" : planChange(was, is);
    return [
      { family, costBefore: was.root.totalCost, costAfter: is.root.totalCost, rowsBefore, rowsAfter, rowsSampled, planChange: change },
    ];
  });
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

/** How many times apart; under one row counts as one, as the planner has it. */
function ratio(a: number, b: number): number {
  const [one, other] = [Math.max(1, a), Math.max(1, b)];
  return one > other ? one / other : other / one;
}
