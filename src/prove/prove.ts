import type { Planner, PreparedIndex } from "../contract/planner.ts";
import type { OnProgress } from "../contract/progress.ts";
import type { Candidate } from "../domain/candidate.ts";
import type { Relation } from "../domain/catalog.ts";
import { relationKey } from "../domain/postgres.ts";
import type { BindingProof, Outcome, Proof } from "../domain/proof.ts";
import type { QueryFamily, Skipped } from "../domain/workload.ts";
import { AdvisorError } from "../errors.ts";
import { baseline } from "./baseline.ts";
import { inheritanceRoots } from "./inheritance-root.ts";
import { relatedFamilies } from "./related-families.ts";
import { type PlannableFamily, type WhatIfCosts, whatIfCosts } from "./what-if.ts";

export interface ProveInput {
  readonly candidates: readonly Candidate[];
  readonly families: readonly QueryFamily[];
  /** Of the catalog, for their parents. */
  readonly relations: readonly Relation[];
  readonly planner: Planner;
  /** Least part of a statement's cost, 0–1, that a candidate must save on some binding to count as proved. */
  readonly minGain: number;
  /** Throws AdvisorError ABORTED when the user or the clock says stop. */
  readonly stop: () => void;
  readonly onProgress: OnProgress;
}

export interface Proved {
  readonly families: ReadonlyMap<string, PlannableFamily>;
  readonly unplannable: readonly Skipped[];
  readonly prepared: ReadonlyMap<string, PreparedIndex>;
  readonly proofs: readonly Proof[];
  readonly costs: WhatIfCosts;
  /** Set when `stop` threw before every candidate had been tried. */
  readonly stopped: unknown;
}

const none = { show: new Set<string>(), hide: [] };

/** Plans each candidate alone on every statement it could serve, with every binding, against the plans of today. */
export async function prove(input: ProveInput): Promise<Proved> {
  const families = new Map<string, PlannableFamily>();
  const unplannable: Skipped[] = [];
  const prepared = new Map<string, PreparedIndex>();
  const proofs: Proof[] = [];
  const rootOf = inheritanceRoots(input.relations);
  const costs = whatIfCosts(input.planner, families, { rootOf, stop: input.stop });
  let stopped: unknown = null;

  try {
    for (const [position, family] of input.families.entries()) {
      input.stop();
      const planned = await baseline(family, input.planner);
      if ("reason" in planned) unplannable.push(planned);
      else families.set(family.id, planned);
      input.onProgress("plan", position + 1, input.families.length);
    }
    const creations = input.candidates.flatMap(creation);
    const related = relatedFamilies(creations, families, rootOf);
    let tried = 0;
    for (const batch of batches(creations)) {
      input.stop();
      await input.planner.prepareAll?.(batch.map(({ id, change }) => ({ id, index: change.index })));
      for (const candidate of batch) {
        input.stop();
        const made = await input.planner.prepare(candidate.id, candidate.change.index);
        if (made.kind === "prepared") {
          prepared.set(candidate.id, made);
          costs.register({ id: candidate.id, relation: candidate.change.index.relation, indexName: made.name });
        }
        for (const family of related.get(candidate.id) ?? []) {
          const outcome: Outcome =
            made.kind === "prepared"
              ? await proveOne(candidate, family, costs, input)
              : { kind: "inconclusive", because: "not-creatable", detail: made.message };
          proofs.push({ candidate: candidate.id, family: family.family.id, backend: input.planner.backend, outcome });
        }
        input.onProgress("prove", ++tried, creations.length);
      }
    }
  } catch (error) {
    // What was proved before the stop is worth showing; anything else is a bug.
    if (!isStop(error)) throw error;
    stopped = error;
  }
  return { families, unplannable, prepared, proofs, costs, stopped };
}

type Creation = Candidate & { readonly change: Extract<Candidate["change"], { kind: "create-index" }> };

function creation(candidate: Candidate): readonly Creation[] {
  const { change } = candidate;
  return change.kind === "create-index" ? [{ ...candidate, change }] : [];
}

/** Indexes prepared together: what one transaction shares weighs little beside them, and Ctrl-C is seen between two. */
const batchSize = 32;

/** Candidates of one relation together. */
function batches(creations: readonly Creation[]): (readonly Creation[])[] {
  const onRelation = new Map<string, Creation[]>();
  for (const each of creations) {
    const key = relationKey(each.change.index.relation);
    onRelation.set(key, [...(onRelation.get(key) ?? []), each]);
  }
  return [...onRelation.values()].flatMap((own) =>
    Array.from({ length: Math.ceil(own.length / batchSize) }, (_, at) => own.slice(at * batchSize, (at + 1) * batchSize)),
  );
}

function isStop(error: unknown): boolean {
  return error instanceof AdvisorError && error.code === "ABORTED";
}

async function proveOne(candidate: Candidate, planned: PlannableFamily, costs: WhatIfCosts, input: ProveInput): Promise<Outcome> {
  const alone = { show: new Set([candidate.id]), hide: [] };
  const bindings: BindingProof[] = [];
  for (const example of planned.examples) {
    const before = await costs.costOf(planned.family, example, none);
    const after = await costs.costOf(planned.family, example, alone);
    const binding = { kind: example.kind, costBefore: before.cost, costAfter: after.cost, used: after.used.has(candidate.id) };
    bindings.push(binding);
    // One binding that gains proves it; all of them are planned, and the worst is published, for what is chosen in the end.
    if (binding.used && gain(binding) >= input.minGain) return { kind: "estimated", typical: null, bindings };
  }
  if (!bindings.some((binding) => binding.used))
    return { kind: "refuted", because: "not-used", detail: `The planner does not choose it for ${bindingsInWords(bindings)}.` };
  const best = Math.max(...bindings.map((binding) => (binding.used ? gain(binding) : 0)));
  return { kind: "refuted", because: "gain-too-small", detail: `It saves ${(best * 100).toFixed(1)} % of the planner's cost at best.` };
}

function gain(binding: BindingProof): number {
  return binding.costBefore > 0 ? 1 - binding.costAfter / binding.costBefore : 0;
}

function bindingsInWords(bindings: readonly BindingProof[]): string {
  return bindings.length === 1
    ? "this statement"
    : `any of ${bindings.length} parameter bindings (${bindings.map((each) => each.kind).join(", ")})`;
}
