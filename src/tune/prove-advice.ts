import { type Plan, planNodes } from "../domain/plan.ts";
import type { TuningProof } from "../domain/tuning.ts";
import { plural } from "../domain/units.ts";
import type { Trial } from "../rule/tuning-rule.ts";
import { proveColumn } from "./prove-column.ts";
import { proveGroups } from "./prove-groups.ts";
import { provePartitions } from "./prove-partitions.ts";
import { proveSize } from "./prove-size.ts";
import { proveStatistics } from "./prove-statistics.ts";
import { proveTarget } from "./prove-target.ts";
import { compare, type PlannedFamily, plansOf, plansToday, type Questions, type SchemaQuestions } from "./replan.ts";
import { unproved, type Verdict } from "./verdict.ts";

/** The proof of one advice: planned again where the planner can tell, else what the rule has reckoned. */
export async function proveAdvice(trial: Trial, families: readonly PlannedFamily[], questions: SchemaQuestions): Promise<Verdict> {
  switch (trial.kind) {
    case "settings":
      return proveSettings(trial, families, questions);
    case "statistics":
      return proveStatistics(trial, families, questions);
    case "partitions":
      return provePartitions(trial, families, questions);
    case "generated-column":
      return proveColumn(trial, families, questions);
    case "column-target":
      return proveTarget(trial, families, questions);
    case "groups":
      return proveGroups(trial, families, questions);
    case "size":
      return proveSize(trial, questions);
    case "arithmetic":
    case "unproved":
      return { kind: "proved", proof: trial };
    default:
      return trial satisfies never;
  }
}

async function proveSettings(
  trial: Extract<Trial, { kind: "settings" }>,
  families: readonly PlannedFamily[],
  questions: Questions,
): Promise<Verdict> {
  const change = Object.entries(trial.settings)
    .map(([name, value]) => `SET LOCAL ${name} = '${value}'`)
    .join("; ");
  const { planner } = questions;
  if (!planner.underSettings || families.length === 0)
    return unproved(`the ${planner.backend} planner cannot try settings on this workload`);
  const before = await plansToday(families, questions);
  const tried = await planner.underSettings(trial.settings, () => plansOf(families, questions));
  if (tried.kind === "refused") return unproved(`the planner's server refuses it: ${tried.why}`);
  if (trial.whileNodes.length > 0 && !trial.helps.some((id) => hasNode(before.get(id), trial.whileNodes)))
    return { kind: "refused", reason: `With the recommended indexes the plan has no ${trial.whileNodes.join(" or ")} left.` };
  const found = compare(families, before, tried.result);
  const proof: TuningProof = {
    kind: "planner",
    change,
    trial: { kind: "settings", settings: trial.settings },
    comparable: trial.comparable,
    planned: found.planned,
    better: trial.comparable ? found.better : 0,
    worse: trial.comparable ? found.worse : 0,
    changedPlans: found.changedPlans,
    effects: found.effects,
  };
  if (!trial.comparable)
    return found.changedPlans > 0
      ? { kind: "proved", proof: { ...proof, effects: found.effects.filter((each) => each.planChange !== "") } }
      : { kind: "refused", reason: `No plan of ${plural(found.planned, "statement")} changes with it.` };
  const wanted = trial.helps.length === 0 ? [...found.ratios.keys()] : trial.helps;
  const best = Math.min(1, ...wanted.map((id) => found.ratios.get(id) ?? 1));
  if (1 - best < trial.minGain && trial.otherwise !== null)
    return { kind: "proved", proof: { kind: "arithmetic", formula: trial.otherwise } };
  if (1 - best < trial.minGain)
    return { kind: "refused", reason: `Planned again with ${change}, no statement that it is for costs ${trial.minGain * 100} % less.` };
  if (found.costAfter > found.costBefore)
    return { kind: "refused", reason: `With ${change} the workload costs more: ${found.worse} of ${found.planned} statements get dearer.` };
  return { kind: "proved", proof };
}

function hasNode(plan: Plan | undefined, types: readonly string[]): boolean {
  return plan !== undefined && [...planNodes(plan)].some((node) => types.includes(node.type));
}
