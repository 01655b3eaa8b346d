import type { Planner, PreparedIndex } from "../contract/planner.ts";
import type { OnProgress } from "../contract/progress.ts";
import { bringsStatistics } from "../domain/brings-statistics.ts";
import type { Candidate } from "../domain/candidate.ts";
import type { Relation } from "../domain/catalog.ts";
import { groupBy } from "../domain/group-by.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Outcome, Proof } from "../domain/proof.ts";
import type { QueryFamily, Skipped } from "../domain/workload.ts";
import { AdvisorError } from "../errors.ts";
import { baseline } from "./baseline.ts";
import { inheritanceRoots } from "./inheritance-root.ts";
import { proveTogether } from "./prove-together.ts";
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
  /** Further candidates made from those that were proved alone, with what each saves by family; asked once. Absent: none. */
  readonly more?: (proved: readonly ProvedAlone[]) => readonly Candidate[];
  /** Asks for further candidates and statements in as many rounds as it likes, each proved before the next; after all others. */
  readonly further?: (again: ProveAgain) => Promise<void>;
  /** Throws AdvisorError ABORTED when the user or the clock says stop. */
  readonly stop: () => void;
  readonly onProgress: OnProgress;
}

/** What was proved so far, and a way to prove more. */
export interface ProveAgain {
  readonly families: ReadonlyMap<string, PlannableFamily>;
  readonly candidates: readonly Candidate[];
  readonly proofs: readonly Proof[];
  readonly costs: WhatIfCosts;
  /** Plans the statements, then proves the candidates, and gives their proofs. A statement that cannot be planned is not among `families` then. */
  prove(candidates: readonly Candidate[], families?: readonly QueryFamily[]): Promise<readonly Proof[]>;
}

export interface ProvedAlone {
  readonly candidate: Candidate;
  /** {family → part of the workload, 0–1, that it saves on the binding it serves best} */
  readonly saved: ReadonlyMap<string, number>;
}

export interface Proved {
  /** Those given and those made from them. */
  readonly candidates: readonly Candidate[];
  readonly families: ReadonlyMap<string, PlannableFamily>;
  readonly unplannable: readonly Skipped[];
  readonly prepared: ReadonlyMap<string, PreparedIndex>;
  readonly proofs: readonly Proof[];
  readonly costs: WhatIfCosts;
  /** Set when `stop` threw before every candidate had been tried. */
  readonly stopped: unknown;
}

/** Proves or refutes each candidate alone on every statement it could serve, with every binding, against the plans of today. */
export async function prove(input: ProveInput): Promise<Proved> {
  const families = new Map<string, PlannableFamily>();
  const unplannable: Skipped[] = [];
  const prepared = new Map<string, PreparedIndex>();
  const proofs: Proof[] = [];
  const rootOf = inheritanceRoots(input.relations);
  const costs = whatIfCosts(input.planner, families, { rootOf, stop: input.stop });
  const candidates = [...input.candidates];
  let stopped: unknown = null;

  const proveAlone = async (creations: readonly Creation[]) => {
    const related = relatedFamilies(creations, families, rootOf);
    const left = new Map(creations.map(({ id }) => [id, related.get(id)?.length ?? 0]));
    let tried = 0;
    const tick = () => input.onProgress("prove", ++tried, creations.length);
    for (const id of creations.flatMap((each) => (left.get(each.id) === 0 ? [each.id] : []))) if (left.delete(id)) tick();
    const all = batches(creations).map((batch) => ({ batch, refusals: once(() => prepareBatch(batch)) }));
    const work = all.flatMap(({ batch, refusals }) => [...byFamily(batch, related)].map(([family, own]) => ({ family, own, refusals })));
    for (const { family, own, refusals } of byLoad(work)) {
      input.stop();
      const refused = await refusals();
      const creatable = own.filter(({ id }) => !refused.has(id));
      const outcomes = await proveTogether(family, creatable, { costs, ...input });
      for (const { id } of own) {
        const outcome = refused.get(id) ?? outcomes.get(id)!;
        proofs.push({ candidate: id, family: family.family.id, backend: input.planner.backend, outcome });
        left.set(id, left.get(id)! - 1);
        if (left.get(id) === 0) tick();
      }
    }
    // Those that no statement is related to are still made known.
    for (const { refusals } of all) await refusals();
  };

  const prepareBatch = async (batch: readonly Creation[]) => {
    input.stop();
    await input.planner.prepareAll?.(batch.map(({ id, change }) => ({ id, index: change.index })));
    const refusals = new Map<string, Outcome>();
    for (const { id, change } of batch) {
      input.stop();
      const made = await input.planner.prepare(id, change.index);
      if (made.kind === "refused") refusals.set(id, { kind: "inconclusive", because: "not-creatable", detail: made.message });
      else {
        prepared.set(id, made);
        costs.register({ id, relation: change.index.relation, indexName: made.name, bringsStatistics: bringsStatistics(change.index) });
      }
    }
    return refusals;
  };

  const planAll = async (added: readonly QueryFamily[]) => {
    for (const [position, family] of added.entries()) {
      input.stop();
      const planned = await baseline(family, input.planner, { rootOf, onCost: (example, cost) => costs.remember(family, example, cost) });
      if ("reason" in planned) unplannable.push(planned);
      else families.set(family.id, planned);
      input.onProgress("plan", position + 1, added.length);
    }
  };
  const proveMore = async (added: readonly Candidate[], addedFamilies: readonly QueryFamily[] = []) => {
    await planAll(addedFamilies);
    const known = proofs.length;
    candidates.push(...added);
    await proveAlone(added.flatMap(creation));
    return proofs.slice(known);
  };

  try {
    await planAll(input.families);
    await proveAlone(input.candidates.flatMap(creation));
    await proveMore(input.more?.(provedAlone(input.candidates, proofs, families)) ?? []);
    await input.further?.({ families, candidates, proofs, costs, prove: proveMore });
  } catch (error) {
    // What was proved before the stop is worth showing; anything else is a bug.
    if (!isStop(error)) throw error;
    stopped = error;
  }
  return { candidates, families, unplannable, prepared, proofs, costs, stopped };
}

type Creation = Candidate & { readonly change: Extract<Candidate["change"], { kind: "create-index" }> };

function creation(candidate: Candidate): readonly Creation[] {
  const { change } = candidate;
  return change.kind === "create-index" ? [{ ...candidate, change }] : [];
}

/**
 * Statements that take most of the workload first, so that a run that is stopped has proved the best: 95 % of the saving is found with two
 * thirds of the plans that the order of names takes (docs/benchmarks.md, "Lift").
 */
function byLoad<T extends { readonly family: PlannableFamily }>(work: readonly T[]): readonly T[] {
  return work.toSorted((a, b) => b.family.family.load.share - a.family.family.load.share);
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | null = null;
  return () => (done ??= work());
}

function provedAlone(
  candidates: readonly Candidate[],
  proofs: readonly Proof[],
  families: ReadonlyMap<string, PlannableFamily>,
): readonly ProvedAlone[] {
  const saved = new Map<string, Map<string, number>>();
  for (const { candidate, family, outcome } of proofs) {
    if (outcome.kind !== "estimated") continue;
    const best = Math.max(...outcome.bindings.map(({ costBefore, costAfter }) => (costBefore > 0 ? 1 - costAfter / costBefore : 0)));
    const known = saved.get(candidate) ?? new Map<string, number>();
    saved.set(candidate, known.set(family, best * (families.get(family)?.family.load.share ?? 0)));
  }
  return candidates.flatMap((candidate) => {
    const own = saved.get(candidate.id);
    return own ? [{ candidate, saved: own }] : [];
  });
}

/** Indexes prepared together: what one transaction shares weighs little beside them, and Ctrl-C is seen between two. */
const batchSize = 32;

/** Candidates of one relation together. */
function batches(creations: readonly Creation[]): (readonly Creation[])[] {
  const onRelation = groupBy(creations, ({ change }) => relationKey(change.index.relation));
  return [...onRelation.values()].flatMap((own) =>
    Array.from({ length: Math.ceil(own.length / batchSize) }, (_, at) => own.slice(at * batchSize, (at + 1) * batchSize)),
  );
}

function isStop(error: unknown): boolean {
  return error instanceof AdvisorError && error.code === "ABORTED";
}

function byFamily(
  candidates: readonly Creation[],
  related: ReadonlyMap<string, readonly PlannableFamily[]>,
): ReadonlyMap<PlannableFamily, readonly Creation[]> {
  const own = new Map<PlannableFamily, Creation[]>();
  for (const candidate of candidates)
    for (const family of related.get(candidate.id) ?? []) {
      const known = own.get(family);
      if (known) known.push(candidate);
      else own.set(family, [candidate]);
    }
  return own;
}
