import { qualified } from "../domain/identifier.ts";
import type { TuningEffect } from "../domain/tuning.ts";
import { planChange } from "../explain/plan-change.ts";
import { planShape } from "../parse/read-plan.ts";
import { figure } from "../rule/build.ts";
import { percent } from "../rule/scan-facts.ts";
import type { Trial } from "../rule/tuning-rule.ts";
import type { Verdict } from "./prove-advice.ts";
import { compare, type PlannedFamily, plansOf, type Questions } from "./replan.ts";

type GroupsTrial = Extract<Trial, { kind: "groups" }>;

/** An estimate off by less is worth an object only where a plan changes by it, and then from so many times on. */
const leastError = 10;
const leastErrorWithPlan = 3;
/** The new estimate must be this many times nearer to what was counted. */
const leastImprovement = 3;
/** Where more of the sampled rows have a combination of their own, the whole table's number is a guess. */
const mostSeenOnce = 0.1;

/**
 * Counts the combinations of the columns in the sampled rows, gives the shadow what ANALYZE would keep of them, and plans again. Proved when the
 * planner expected over 10× as many groups, or over 3× and a plan changes; else refused.
 */
export async function proveGroups(trial: GroupsTrial, families: readonly PlannedFamily[], questions: Questions): Promise<Verdict> {
  const { planner } = questions;
  const counted = (await (await planner.sampledRows?.(trial.relation))?.groups(trial.targets)) ?? null;
  if (!planner.withStatistics || counted === null) return refused("No evidence: the combinations cannot be counted in sampled rows.");
  if (counted.seenOnce > mostSeenOnce)
    return refused(
      `No evidence: ${percent(counted.seenOnce)} of the sampled rows have a combination of their own, so that their number in the table is a guess.`,
    );
  const probe = `select 1 from ${qualified(trial.relation)} group by ${trial.targets.join(", ")}`;
  const expected = async () => {
    const outcome = await planner.plan(probe, questions.indexes);
    return outcome.kind === "planned" ? outcome.plan.root.planRows : null;
  };
  const [before, rowsBefore] = [await plansOf(families, questions), await expected()];
  const kinds = ["ndistinct"];
  const tried = await planner.withStatistics({ relation: trial.relation, targets: trial.targets, kinds }, async () => ({
    after: await plansOf(families, questions),
    rowsAfter: await expected(),
  }));
  if (tried.kind === "refused") return refused(`No evidence: ${tried.why}.`);
  const { after, rowsAfter } = tried.result;
  if (rowsBefore === null || rowsAfter === null) return refused("No evidence: the planner cannot plan a grouping by these columns.");
  const { planned, changedPlans } = compare(families, before, after);
  const effects = trial.helps.flatMap((family): TuningEffect[] => {
    const [was, is] = [before.get(family), after.get(family)];
    if (!was || !is) return [];
    const costs = { costBefore: was.root.totalCost, costAfter: is.root.totalCost };
    return [
      {
        family,
        ...costs,
        rowsBefore,
        rowsAfter,
        rowsSampled: counted.distinct,
        planChange: planShape(was) === planShape(is) ? "" : planChange(was, is),
      },
    ];
  });
  const changes = effects.some((each) => each.planChange !== "");
  const [errorBefore, errorAfter] = [ratio(rowsBefore, counted.distinct), ratio(rowsAfter, counted.distinct)];
  if (effects.length === 0 || errorBefore < (changes ? leastErrorWithPlan : leastError) || errorAfter * leastImprovement > errorBefore)
    return refused(
      `Counted in the sampled rows there are about ${figure(counted.distinct)} combinations, where the planner expects ${figure(rowsBefore)}: ${changes ? "" : "no plan changes, and "}that is near enough.`,
    );
  return {
    kind: "proved",
    proof: {
      kind: "planner",
      change: `CREATE STATISTICS (ndistinct) ON ${trial.targets.join(", ")}, built of sampled rows`,
      trial: { kind: "statistics", relation: trial.relation, targets: trial.targets, kinds },
      // Fewer groups cost less whatever the plan: the cost before was of groups that are not there.
      comparable: false,
      planned,
      better: 0,
      worse: 0,
      changedPlans,
      effects: effects.toSorted((a, b) => Number(b.planChange !== "") - Number(a.planChange !== "") || (a.family < b.family ? -1 : 1)),
    },
  };
}

function refused(reason: string): Verdict {
  return { kind: "refused", reason };
}

function ratio(a: number, b: number): number {
  const [one, other] = [Math.max(1, a), Math.max(1, b)];
  return one > other ? one / other : other / one;
}
