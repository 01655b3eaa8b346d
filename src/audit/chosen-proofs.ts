import type { IndexSet } from "../contract/cost-model.ts";
import type { Plan, PlanDoubt } from "../domain/plan.ts";
import { type RelationName, sameRelation } from "../domain/postgres.ts";
import type { BindingProof, Proof } from "../domain/proof.ts";
import type { ChosenEffect, Chosen as ExplainedChosen } from "../explain/explain.ts";
import { redactPlan } from "../explain/redact.ts";
import type { PlannableFamily } from "../prove/what-if.ts";
import type { Chosen, Selection } from "../select/select.ts";
import type { AuditResult } from "./assemble.ts";
import { chosenSet } from "./choose.ts";

const today: IndexSet = { show: new Set(), hide: [] };

/** The chosen changes with evidence: plans of today against plans with the whole set, for every statement each one serves. */
export async function chosenWithProofs(result: AuditResult, selection: Selection): Promise<ExplainedChosen[]> {
  const set = chosenSet(selection);
  const setting: Setting = { set, result, selection, plansOf: shownPlans(set, result) };
  const explained: ExplainedChosen[] = [];
  for (const chosen of selection.chosen) explained.push(await withEvidence(chosen, setting));
  // What saves most comes first; drops save no cost and come last.
  return explained.toSorted((a, b) => rank(b) - rank(a) || (a.candidate.id < b.candidate.id ? -1 : 1));
}

function rank(chosen: ExplainedChosen): number {
  return chosen.candidate.change.kind === "drop-index" ? -1 : chosen.benefit.shareOfWorkload;
}

interface Setting {
  readonly set: IndexSet;
  readonly result: AuditResult;
  readonly selection: Selection;
  readonly plansOf: ReturnType<typeof shownPlans>;
}

async function withEvidence(chosen: Chosen, setting: Setting): Promise<ExplainedChosen> {
  const { candidate } = chosen;
  const { result, selection } = setting;
  const proofs: Proof[] = [];
  const families: ChosenEffect[] = [];
  for (const planned of provenOn(chosen, result)) {
    const { proof, effect } = await evidence(candidate.id, planned, setting);
    proofs.push(proof);
    families.push(effect);
  }
  const { change } = candidate;
  const relation = change.kind === "create-index" ? change.index.relation : change.kind === "drop-index" ? change.relation : null;
  const made = result.proved.prepared.get(candidate.id);
  const cautions = [
    ...rewriteCautions(chosen, result),
    ...settledCautions(chosen, result),
    ...(made?.uncertain ? [made.uncertain] : []),
    ...(relation ? result.planner.cautions(relation) : []),
  ];
  return {
    candidate,
    proofs,
    basis: "estimated",
    benefit: {
      timeSavedMsPerDay: null,
      costSaved: families.reduce((saved, family) => saved + callsOf(family.family, result) * (family.costBefore - family.costAfter), 0),
      shareOfWorkload: selection.totals.before > 0 ? chosen.marginalSaving / selection.totals.before : 0,
      families,
    },
    indexBytes: change.kind === "drop-index" ? -droppedBytes(result, change.index) : (made?.bytes ?? 0),
    sizeUncertain: made?.uncertain != null,
    cautions,
    doubts: doubtsOf(proofs, cautions),
  };
}

/** Of all its statements' plans, once each: those that a caution of this or of another recommendation does not already say. */
function doubtsOf(proofs: readonly Proof[], cautions: readonly string[]): readonly PlanDoubt[] {
  const found = new Map<string, PlanDoubt>();
  for (const { outcome } of proofs)
    for (const doubt of outcome.kind === "estimated" ? (outcome.doubts ?? []) : [])
      if (doubt.index === null && !cautions.includes(doubt.text)) found.set(doubt.text, doubt);
  return [...found.values()].toSorted((a, b) => (a.text < b.text ? -1 : 1));
}

/** Statements that gain by it only once they are rewritten. */
function rewriteCautions({ candidate, usedBy }: Chosen, { standing }: AuditResult): string[] {
  const waiting = usedBy.filter((id) => standing.get(id)?.needs.has(candidate.id));
  if (waiting.length === 0) return [];
  const which =
    waiting.length === usedBy.length ? "Only rewritten statements gain by it" : "Some of what it saves comes from rewritten statements";
  return [`${which}: apply it together with the rewrite of ${waiting.join(", ")}.`];
}

/** An index over an expression, or over part of the rows, whose constant the server's counters hide, and a log shows. */
function settledCautions({ candidate: { change }, usedBy }: Chosen, { proved }: AuditResult): string[] {
  if (change.kind !== "create-index") return [];
  if (change.index.predicate === null && change.index.keys.every(({ column }) => column !== null)) return [];
  const shown = usedBy.flatMap((id) => (proved.families.get(id)?.family.settled ?? []).map((number) => `$${number} of statement ${id}`));
  if (shown.length === 0) return [];
  return [`It has the constant that every logged text has for ${shown.join(", ")}: calls with another one would not use it.`];
}

/** Of a chosen change: statements whose plan uses the new index; for a drop, every statement that reads its relation. */
export function provenOn(chosen: Chosen, result: AuditResult): PlannableFamily[] {
  const { change } = chosen.candidate;
  if (change.kind !== "drop-index") return chosen.usedBy.flatMap((id) => result.proved.families.get(id) ?? []);
  const { relation } = change;
  return [...result.proved.families.values()].filter(({ family }) => family.scans.some((scan) => sameRelation(scan.relation, relation)));
}

async function evidence(
  candidate: string,
  planned: PlannableFamily,
  { set, result, plansOf }: Setting,
): Promise<{ proof: Proof; effect: ChosenEffect }> {
  const { costs } = result.proved;
  const bindings: BindingProof[] = [];
  // Where only the rewritten statement gains by it, its plan is the one to show.
  const standing = result.standing.get(planned.family.id);
  const text = standing?.needs.has(candidate) ? standing.planned : planned;
  for (const example of planned.examples) {
    const own = text.examples.find((each) => each.kind === example.kind);
    if (!own) continue;
    const before = await costs.costOf(planned.family, example, today);
    const after = await costs.costOf(text.family, own, set);
    bindings.push({ kind: example.kind, costBefore: before.cost, costAfter: after.cost, used: after.used.has(candidate) });
  }
  const [typical] = bindings;
  const { shown, doubts } = await plansOf(planned, text);
  return {
    proof: {
      candidate,
      family: planned.family.id,
      backend: result.planner.backend,
      outcome: { kind: "estimated", typical: shown, bindings, doubts },
    },
    effect: {
      family: planned.family.id,
      costBefore: typical!.costBefore,
      costAfter: typical!.costAfter,
      worstRatio: Math.max(...bindings.map((binding) => (binding.costBefore > 0 ? binding.costAfter / binding.costBefore : 1))),
      plans: shown,
    },
  };
}

interface ShownPlans {
  readonly shown: { readonly before: Plan; readonly after: Plan };
  readonly doubts: readonly PlanDoubt[];
}

/**
 * A statement's plan of today and that of a text of it with the whole set, as they may be shown. Each pair is planned once: several
 * changes serve one statement, and a drop asks for every statement of its table.
 */
function shownPlans(set: IndexSet, { proved: { costs }, options }: AuditResult) {
  const known = new Map<string, ShownPlans>();
  return async (planned: PlannableFamily, text: PlannableFamily): Promise<ShownPlans> => {
    const key = `${planned.family.id} ${text.family.id}`;
    const seen = known.get(key);
    if (seen) return seen;
    const { plan: after, doubts } = await costs.doubtedPlanOf(text.family, text.typical, set);
    const before = await costs.planOf(planned.family, planned.typical, today);
    const made = { shown: options.withValues ? { before, after } : { before: redactPlan(before), after: redactPlan(after) }, doubts };
    known.set(key, made);
    return made;
  };
}

function callsOf(family: string, result: AuditResult): number {
  return result.proved.families.get(family)?.family.load.calls ?? 0;
}

function droppedBytes(result: AuditResult, index: RelationName): number {
  const all = result.snapshot.catalog.relations.flatMap((relation) => relation.indexes);
  const own = all.find((each) => sameRelation(each, index));
  const parts = all.filter((each) => each.parent !== null && sameRelation(each.parent, index));
  return (own?.bytes ?? 0) + parts.reduce((bytes, part) => bytes + part.bytes, 0);
}
