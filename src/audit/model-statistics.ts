import { refused } from "../agent/proposal-shape.ts";
import type { StatisticsWish } from "../agent/read-statistics.ts";
import type { Tried } from "../agent/rounds.ts";
import type { Planner } from "../contract/planner.ts";
import { objectName, readableQualified } from "../domain/identifier.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { TuningAdvice } from "../domain/tuning.ts";
import { plural } from "../domain/units.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { ProveAgain } from "../prove/prove.ts";
import { catalogView } from "../rule/catalog-view.ts";
import { proveStatistics } from "../tune/prove-statistics.ts";
import { adviceId } from "../tune/subject.ts";

interface StatisticsContext {
  readonly model: string;
  readonly snapshot: Snapshot;
  readonly planner: Planner;
  readonly again: ProveAgain;
  readonly stop: () => void;
}

/** Builds what a model wants of sampled rows in the shadow and counts; what is proved goes to `advice`. Without a sample there is no proof. */
export async function tryModelStatistics(
  family: QueryFamily,
  { relation, targets }: StatisticsWish,
  { model, snapshot, planner, again, stop }: StatisticsContext,
  advice: TuningAdvice[],
): Promise<Tried> {
  if (snapshot.rowSamples === undefined) return refused("unproved", "statistics objects are proved on sampled rows, and none were read");
  const rows = catalogView(snapshot.catalog).rows(relation);
  const planned = again.families.get(family.id);
  if (rows === null || !planned) return refused("unproved", "the table was never analysed, or the statement cannot be planned");
  const about = { kind: "relation" as const, relation, column: null };
  const object = { schema: relation.schema, name: objectName(relation.name, `model_${advice.length + 1}_stx`) };
  const trial = { kind: "statistics" as const, object, relation, targets, rows, helps: [family.id], logged: null };
  const verdict = await proveStatistics(trial, [planned], { planner, indexes: { show: [], hide: [] }, stop });
  if (verdict.kind === "refused") return refused("no-gain", verdict.reason.replace(/\.$/, ""));
  const rule = `model/${model}`;
  advice.push({
    id: adviceId(rule, about, advice.length),
    rule,
    severity: "note",
    title: "Columns that go together are reckoned as independent",
    about,
    message: `Sampled rows show another number than the planner expects where ${targets.join(" and ")} are compared`,
    evidence: [{ name: "rows", value: rows, unit: "rows" }],
    apply: verdict.apply ?? [],
    undo: [`DROP STATISTICS ${readableQualified(object)}`],
    takesEffect: "at-once",
    help: "Make a statistics object over them and analyse",
    leaveAlone: "the plan is right all the same: every ANALYZE has to make the object",
    proof: verdict.proof,
  });
  const { proof } = verdict;
  return {
    kind: "proved",
    cheaper: 0,
    words: proof.kind === "planner" ? `mends the estimate of ${plural(proof.effects.length, "statement")}` : "proved",
  };
}
