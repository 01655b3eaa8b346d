import { qualified } from "../domain/identifier.ts";
import { figure } from "../rule/build.ts";
import { percent } from "../rule/scan-facts.ts";
import type { Trial } from "../rule/tuning-rule.ts";
import { estimateEffects, expectedRows, leastError, leastImprovement, timesApart } from "./estimates.ts";
import { compare, type PlannedFamily, plansToday, plansWith, type Questions } from "./replan.ts";
import { refused, type Verdict } from "./verdict.ts";

type GroupsTrial = Extract<Trial, { kind: "groups" }>;

/** Where a plan changes by it, an estimate off by so many times is worth an object. */
const leastErrorWithPlan = 3;
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
  const [before, rowsBefore] = [await plansToday(families, questions), await expectedRows(probe, questions)];
  const kinds = ["ndistinct"];
  const tried = await planner.withStatistics({ relation: trial.relation, targets: trial.targets, kinds }, async () => ({
    after: await plansWith(trial.relation, families, before, questions),
    rowsAfter: await expectedRows(probe, questions),
  }));
  if (tried.kind === "refused") return refused(`No evidence: ${tried.why}.`);
  const { after, rowsAfter } = tried.result;
  if (rowsBefore === null || rowsAfter === null) return refused("No evidence: the planner cannot plan a grouping by these columns.");
  const { planned, changedPlans } = compare(families, before, after);
  const effects = estimateEffects(trial.helps, { before, after, rows: { rowsBefore, rowsAfter, rowsSampled: counted.distinct } });
  const changes = effects.some((each) => each.planChange !== "");
  const [errorBefore, errorAfter] = [timesApart(rowsBefore, counted.distinct), timesApart(rowsAfter, counted.distinct)];
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
