import type { Candidate, Change } from "../domain/candidate.ts";
import type { Catalog } from "../domain/catalog.ts";
import type { Plan, PlanDoubt } from "../domain/plan.ts";
import { plannerRows } from "../domain/planner-rows.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Proof } from "../domain/proof.ts";
import type { Benefit, FamilyEffect, Recommendation } from "../domain/recommendation.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { applySteps, missingExtensions, type Steps } from "./apply-steps.ts";
import { describeRecommendation } from "./describe.ts";
import { planChange } from "./plan-change.ts";
import { type CounterAge, daysBetween, findRelation, type WriteCost, writeCost, writeSaving } from "./write-cost.ts";

/** A chosen change with its figures and without words. */
export interface Chosen {
  readonly candidate: Candidate;
  readonly proofs: readonly Proof[];
  readonly basis: Recommendation["basis"];
  readonly benefit: Omit<Benefit, "families"> & { readonly families: readonly ChosenEffect[] };
  /** Estimated size; negative for a drop. */
  readonly indexBytes: number;
  readonly sizeUncertain: boolean;
  readonly cautions: readonly string[];
  /** What makes its statements' plans uncertain, beside the cautions; absent: nothing does. */
  readonly doubts?: readonly PlanDoubt[];
}

export interface ChosenEffect extends Omit<FamilyEffect, "planChange"> {
  /** Plans with and without the change; absent: the proof's own typical pair. */
  readonly plans?: { readonly before: Plan; readonly after: Plan };
}

/** Words, SQL and prices for chosen changes, ranked: what saves most first, drops last. No two new indexes get the same name. */
export function explain(chosen: readonly Chosen[], snapshot: Pick<Snapshot, "catalog" | "server" | "collectedAt">): Recommendation[] {
  const { catalog, server, collectedAt } = snapshot;
  const age: CounterAge = { days: daysBetween(server.countingSince, collectedAt), major: server.major };
  const named = new Map<string, RelationName>();
  const ranked = chosen.toSorted(
    (a, b) => rank(a) - rank(b) || b.benefit.shareOfWorkload - a.benefit.shareOfWorkload || (a.candidate.id < b.candidate.id ? -1 : 1),
  );
  const steps = ranked.map(({ candidate }) => {
    const own = applySteps(candidate.change, catalog, [...named.values()]);
    if (candidate.change.kind === "create-index" && own.index) named.set(candidate.id, own.index);
    return own;
  });
  return ranked.map((each, position) => recommendation(each, steps[position]!, { catalog, age, named }));
}

function rank({ candidate }: Chosen): number {
  return candidate.change.kind === "drop-index" ? 1 : 0;
}

interface Room {
  readonly catalog: Catalog;
  readonly age: CounterAge;
  /** Candidate id → the index that `apply` makes. */
  readonly named: ReadonlyMap<string, RelationName>;
}

function recommendation(chosen: Chosen, steps: Steps, room: Room): Recommendation {
  const { candidate, benefit } = chosen;
  const writes = writesOf(candidate.change, room);
  const families = benefit.families.map((effect) => withWords(effect, chosen.proofs, room));
  const undescribed = {
    id: candidate.id,
    candidate,
    proofs: chosen.proofs,
    basis: chosen.basis,
    benefit: { ...benefit, families },
    price: {
      indexBytes: chosen.indexBytes,
      sizeUncertain: chosen.sizeUncertain,
      lock: steps.lock,
      writesPerDay: writes.writesPerDay,
      writeCost: writes.words,
    },
    apply: steps.apply,
    undo: steps.undo,
    cautions: [...chosen.cautions, ...ownCautions(candidate.change, steps, room.catalog)],
    ...(chosen.doubts && chosen.doubts.length > 0 ? { doubts: chosen.doubts } : {}),
  };
  const { title, text } = describeRecommendation(undescribed);
  return { ...undescribed, title, explanation: { text, writtenBy: "template" } };
}

function writesOf(change: Change, room: Room): WriteCost {
  const circumstances = { ...room.age, catalog: room.catalog };
  switch (change.kind) {
    case "create-index": {
      const relation = findRelation(room.catalog, change.index.relation);
      return relation
        ? writeCost(relation, change.index, circumstances)
        : { writesPerDay: null, words: "The relation is not in the catalog read." };
    }
    case "drop-index":
      return writeSaving(findRelation(room.catalog, change.relation), circumstances);
    case "rewrite":
      return { writesPerDay: null, words: "Writes cost what they cost before." };
    default:
      return change satisfies never;
  }
}

function withWords(effect: ChosenEffect, proofs: readonly Proof[], room: Room): FamilyEffect {
  const { plans = provenPlans(effect.family, proofs), ...figures } = effect;
  const words = plans
    ? planChange(plans.before, plans.after, {
        indexName: (index) => nameShown(index, room.named),
        rowsOf: (name) => {
          const relation = findRelation(room.catalog, name);
          return relation && plannerRows(relation);
        },
      })
    : "plan not kept";
  return { ...figures, planChange: words };
}

function provenPlans(family: string, proofs: readonly Proof[]): { before: Plan; after: Plan } | undefined {
  for (const proof of proofs) {
    if (proof.family !== family) continue;
    if (proof.outcome.kind === "estimated" && proof.outcome.typical !== null) return proof.outcome.typical;
    if (proof.outcome.kind === "measured") return { before: proof.outcome.before.plan, after: proof.outcome.after.plan };
  }
  return undefined;
}

/** Planners name a prepared index after its candidate's id; it is shown as the name that `apply` gives it. Plans of a set show several. */
function nameShown(index: string, named: ReadonlyMap<string, RelationName>): string {
  for (const [id, made] of named) if (index.includes(id)) return made.name;
  return index;
}

function ownCautions(change: Change, steps: Steps, catalog: Catalog): string[] {
  if (change.kind === "drop-index" && steps.undo.length === 0) return ["The index's definition was not read: note it before dropping it."];
  if (change.kind !== "create-index") return [];
  return missingExtensions(change.index, catalog).map((extension) =>
    catalog.availableExtensions !== null && !catalog.availableExtensions.includes(extension)
      ? `Needs the extension ${extension}, which this server does not offer: install its package first.`
      : `Needs the extension ${extension}, which is not installed in this database; undo leaves it installed.`,
  );
}
