import type { PlanOutcome } from "../contract/planner.ts";
import type { Plan } from "../domain/plan.ts";
import { sameRelation } from "../domain/postgres.ts";
import type { Evidence, TuningEffect } from "../domain/tuning.ts";
import { cost, plural } from "../domain/units.ts";
import type { PartitionLayout } from "../rule/time-partitions.ts";
import type { Trial } from "../rule/tuning-rule.ts";
import { atSnapshotTime } from "./at-snapshot-time.ts";
import { partitionedCatalog } from "./partitioned-catalog.ts";
import { asOneTable, type PartitionNames, partitionsRead } from "./partitioned-plan.ts";
import { compare, type PlannedFamily, plansOf, type SchemaQuestions } from "./replan.ts";
import { catalogOf, touching, underSchema, withValues } from "./under-schema.ts";
import type { Verdict } from "./verdict.ts";

type PartitionTrial = Extract<Trial, { kind: "partitions" }>;

/**
 * Puts the partitioned table in the place of the table in a database of its own and plans every statement that reads or changes it
 * again. Proved when the workload costs less, with the deletes that a dropped partition replaces counted as nothing; else refused, with
 * the statement that loses most. Figures are of the time when all rows lie in partitions.
 */
export async function provePartitions(
  trial: PartitionTrial,
  families: readonly PlannedFamily[],
  questions: SchemaQuestions,
): Promise<Verdict> {
  const { relation, column, layout } = trial;
  const table = questions.catalog.relations.find((each) => sameRelation(each, relation));
  const concerned = await atSnapshotTime(withValues(touching(families, relation)), questions.collectedAt, questions.parser);
  if (layout === null) return reckoned(trial, `its statistics show no times of ${column} to part the rows by`);
  if (!table || concerned.length === 0) return reckoned(trial, "no statement that reads it can be planned");
  const { catalog, partitions, indexes } = partitionedCatalog(catalogOf(concerned, questions), table, column, layout);
  const before = await plansOf(concerned, questions);
  const changed = [table, ...partitions.map((name) => ({ schema: table.schema, name }))];
  const after = await underSchema(questions, { catalog, changed }, async ({ planner, indexes: shown }) => {
    const plans = await plansOf(concerned, { ...questions, planner, indexes: shown });
    const lost = concerned.find(({ family }) => before.has(family.id) && !plans.has(family.id));
    return { plans, lost: lost && { family: lost.family.id, outcome: await planner.plan(lost.typical.sql, shown) } };
  });
  if (typeof after === "string") return reckoned(trial, after);
  if (after.lost) return { kind: "refused", reason: failing(trial, after.lost.family, after.lost.outcome) };
  const names: PartitionNames = { table: relation, partitions: new Set(partitions), indexes };
  return verdictOf(trial, layout, { concerned, before, after: after.plans, names });
}

function reckoned({ otherwise }: PartitionTrial, why: string): Verdict {
  return { kind: "proved", proof: { kind: "arithmetic", formula: `${otherwise}; pruning was not planned: ${why}` } };
}

/** invalid_column_reference: no unique key is what ON CONFLICT names. */
const noSuchKey = "42P10";

function failing({ column }: PartitionTrial, family: string, outcome: PlanOutcome): string {
  const sqlState = outcome.kind === "failed" ? outcome.sqlState : null;
  const why =
    sqlState === noSuchKey
      ? `the key that its ON CONFLICT names lacks ${column}, and a partitioned table has no such key`
      : `a partitioned table refuses it${sqlState === null ? "" : ` (SQLSTATE ${sqlState})`}`;
  return `Statement ${family} would fail: ${why}.`;
}

interface Planned {
  readonly concerned: readonly PlannedFamily[];
  readonly before: ReadonlyMap<string, Plan>;
  readonly after: ReadonlyMap<string, Plan>;
  readonly names: PartitionNames;
}

function verdictOf(trial: PartitionTrial, layout: PartitionLayout, { concerned, before, after, names }: Planned): Verdict {
  const folded = new Map([...after].map(([id, plan]) => [id, asOneTable(plan, names)]));
  const read = new Map([...after].map(([id, plan]) => [id, partitionsRead(plan, names)]));
  const of = names.partitions.size;
  const found = compare(concerned, before, folded, "all");
  const kept = compare(
    concerned.filter(({ family }) => !trial.deletes.includes(family.id)),
    before,
    folded,
  );
  // A dropped partition takes the place of these deletes: its cost is a catalog change.
  if (found.planned === 0 || kept.costAfter >= found.costBefore)
    return { kind: "refused", reason: dearer(trial, { before: found.costBefore, after: kept.costAfter, of }, worst(kept.effects, read)) };
  const whole = concerned.filter(({ family }) => !trial.deletes.includes(family.id) && read.get(family.id) === of);
  const evidence: Evidence[] = [
    { name: "partitions planned", value: of, unit: null },
    { name: "statements that read all of them", value: whole.length, unit: null },
    { name: "calls × cost now", value: found.costBefore, unit: "cost" },
    { name: "with partitions", value: found.costAfter, unit: "cost" },
    { name: "and with drops instead of deletes", value: kept.costAfter, unit: "cost" },
  ];
  return {
    kind: "proved",
    evidence,
    proof: {
      kind: "planner",
      change: `${plural(of, "partition")} by ${layout.unit} of ${trial.column}`,
      comparable: true,
      planned: found.planned,
      better: found.better,
      worse: found.worse,
      changedPlans: found.changedPlans,
      effects: found.effects.map((each) => ({ ...each, partitions: { read: read.get(each.family) ?? of, of } })),
    },
  };
}

/** The statement that loses most per call: what people regret. */
function worst(effects: readonly TuningEffect[], read: ReadonlyMap<string, number>): string {
  const [first] = effects.filter((each) => each.costAfter > each.costBefore);
  if (!first) return "";
  return ` Most by ${first.family}, which reads ${plural(read.get(first.family) ?? 0, "partition")}: cost ${cost(first.costBefore)} → ${cost(first.costAfter)}.`;
}

function dearer({ column }: PartitionTrial, sum: { before: number; after: number; of: number }, most: string): string {
  return (
    `Planned with ${plural(sum.of, "partition")} by ${column}, the statements on it cost more even if no row is deleted any more: ` +
    `calls × cost ${cost(sum.before)} → ${cost(sum.after)}.${most}`
  );
}
