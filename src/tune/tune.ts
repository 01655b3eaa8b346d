import type { Planner, WhatIf } from "../contract/planner.ts";
import type { OnProgress } from "../contract/progress.ts";
import type { IndexDefinition } from "../domain/candidate.ts";
import type { Gap, Snapshot } from "../domain/snapshot.ts";
import type { Hardware, RefusedAdvice, Tuning, TuningAdvice } from "../domain/tuning.ts";
import { subjectName } from "../domain/tuning-subject.ts";
import { plural } from "../domain/units.ts";
import type { QueryFamily } from "../domain/workload.ts";
import { AdvisorError } from "../errors.ts";
import { indexName } from "../explain/index-name.ts";
import { failedRule } from "../rule/failed-rule.ts";
import type { Trial, TuningRule } from "../rule/tuning-rule.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { tuningContext } from "./context.ts";
import { withShapes } from "./families.ts";
import { proveAdvice } from "./prove-advice.ts";
import type { PlannedFamily, Questions, SchemaQuestions } from "./replan.ts";
import { type Proposed, runRules } from "./run-rules.ts";
import { adviceId } from "./subject.ts";
import type { Verdict } from "./verdict.ts";

export interface TuneInput {
  readonly snapshot: Snapshot;
  /** Every family of the workload, also those that do not plan. */
  readonly families: readonly QueryFamily[];
  readonly planned: readonly PlannedFamily[];
  readonly rules: ReadonlyMap<string, TuningRule>;
  readonly options: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly hardware: Hardware;
  readonly parser: SqlParser;
  /** Schemas that a bare name is looked for in. */
  readonly searchPath: readonly string[];
  readonly planner: Planner;
  /** The recommended set: a spill that a new index removes needs no memory. */
  readonly indexes: WhatIf;
  /** The indexes of it that would be made. */
  readonly chosen: readonly { readonly id: string; readonly index: IndexDefinition }[];
  /** Asks a copy for sizes; absent: there is none. */
  readonly copySize?: Questions["copySize"];
  readonly stop: () => void;
  readonly onProgress: OnProgress;
}

export interface Tuned {
  readonly tuning: Tuning;
  readonly gaps: readonly Gap[];
}

const severities = ["error", "warning", "note"] as const;

/** Runs the tuning rules and proves what they say. Once `stop` throws, what a planner would have to prove is left out, and a gap says so. */
export async function tune(input: TuneInput): Promise<Tuned> {
  const { snapshot, planner, indexes, chosen, parser, searchPath, stop, onProgress } = input;
  const taken = takenNames(snapshot);
  const indexNames = new Map(chosen.map(({ id, index }) => [`plansmith_${id}`, indexName(index, taken)]));
  const questions: SchemaQuestions = {
    planner,
    indexes,
    chosen,
    catalog: snapshot.catalog,
    collectedAt: snapshot.collectedAt,
    indexNames,
    today: new Map(),
    searchPath,
    parser,
    stop,
    ...(input.copySize ? { copySize: input.copySize } : {}),
  };
  const context = tuningContext(snapshot, await withShapes(input.families, input.parser), input.hardware);
  const { proposals: all, unread, failures } = runRules(snapshot, context, input.rules, input.options);
  const proposals = all.filter((each) => hasEvidence(each, snapshot));
  const unsampled = [...new Set(all.filter((each) => !hasEvidence(each, snapshot)).map((each) => each.rule))];
  const advice: TuningAdvice[] = [];
  const refused: RefusedAdvice[] = [];
  const gaps: Gap[] = failures.map(failedRule);
  let unproved = 0;
  let stopped: AdvisorError | null = null;
  const numbers = new Map<string, number>();
  for (const [position, proposed] of proposals.entries()) {
    onProgress("tune", position, proposals.length);
    const { rule, proposal } = proposed;
    const key = `${rule} ${proposal.about.kind} ${subjectName(proposal.about)}`;
    const number = numbers.get(key) ?? 0;
    numbers.set(key, number + 1);
    try {
      if (asksPlanner(proposal.trial)) stop();
      const verdict = await proveAdvice(proposal.trial, input.planned, questions);
      if (verdict.kind === "refused") refused.push({ rule, about: proposal.about, reason: verdict.reason });
      else advice.push(adviceOf(proposed, verdict, number));
    } catch (error) {
      if (!(error instanceof AdvisorError) || error.code !== "ABORTED") throw error;
      unproved += 1;
      stopped = error;
    }
  }
  if (stopped) gaps.push(stoppedGap(unproved, stopped));
  return { tuning: { advice: advice.toSorted(bySeverity), refused, unread: [...unread, ...unsampled.map(withoutSample)] }, gaps };
}

function takenNames({ catalog }: Snapshot): ReadonlySet<string> {
  return new Set(catalog.relations.flatMap((each) => [each.name, ...each.indexes.map((index) => index.name)]));
}

/** An estimate is held against rows counted in a sample, or in a logged run: without either nothing is said. */
function hasEvidence({ proposal: { trial } }: Proposed, { rowSamples }: Snapshot): boolean {
  const counts =
    trial.kind === "groups" ||
    (trial.kind === "statistics" && trial.logged === null) ||
    (trial.kind === "column-target" && trial.otherwise === null);
  return !counts || rowSamples !== undefined;
}

function withoutSample(rule: string): Tuning["unread"][number] {
  return { rule, missing: ["sampled rows (--sample-rows)"] };
}

/** What was reckoned from counters takes no time: it is told also when the run was stopped. */
function asksPlanner(trial: Trial): boolean {
  return trial.kind !== "size" && trial.kind !== "arithmetic" && trial.kind !== "unproved";
}

function adviceOf({ rule, meta, proposal }: Proposed, verdict: Extract<Verdict, { kind: "proved" }>, number: number): TuningAdvice {
  const { about, message, evidence, apply, undo } = proposal;
  return {
    id: adviceId(rule, about, number),
    rule,
    severity: proposal.severity ?? meta.severity,
    title: meta.title,
    about,
    message,
    evidence: [...evidence, ...(verdict.evidence ?? [])],
    apply: verdict.apply ?? apply,
    undo,
    takesEffect: proposal.takesEffect ?? "at-once",
    help: proposal.help ?? meta.remedy,
    leaveAlone: meta.leaveAlone,
    proof: verdict.proof,
  };
}

function bySeverity(a: TuningAdvice, b: TuningAdvice): number {
  const rank = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  if (rank !== 0) return rank;
  const [one, other] = [`${a.rule} ${subjectName(a.about)} ${a.id}`, `${b.rule} ${subjectName(b.about)} ${b.id}`];
  return one < other ? -1 : one > other ? 1 : 0;
}

function stoppedGap(left: number, error: AdvisorError): Gap {
  return {
    area: "shadow",
    what: plural(left, "tuning proposal was not proved", "tuning proposals were not proved"),
    why: error.message,
    remedy: "Run again to its end.",
  };
}
