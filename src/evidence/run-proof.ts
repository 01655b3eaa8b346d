import type { Planner, WhatIf } from "../contract/planner.ts";
import type { Candidate } from "../domain/candidate.ts";
import type { Plan } from "../domain/plan.ts";
import type { PlannerTrial } from "../domain/tuning.ts";
import { AdvisorError } from "../errors.ts";
import { planShape } from "../parse/read-plan.ts";
import type { EvidencePack, PackedPlan } from "./pack.ts";

/** A statement with its values in place, or with `$n` left for a generic plan. */
export interface BoundStatement {
  readonly family: string;
  readonly binding: string;
  readonly sql: string;
  /** Its words afterwards, with the same values; the same as `sql` unless it is rewritten. */
  readonly sqlAfter: string;
}

export interface ProvedStatement {
  readonly statement: BoundStatement;
  readonly before: Plan;
  readonly after: Plan;
}

type Changes = readonly Pick<Candidate, "id" | "change">[];

/** What changes between the two plans of each statement. */
export interface ProofChange {
  readonly changes: Changes;
  readonly changesBefore: boolean;
  readonly trial: PlannerTrial | null;
}

const today: WhatIf = { show: [], hide: [] };

/** Plans each statement as it was and as it is to be. Throws BACKEND_UNSUPPORTED when the planner refuses something of it. */
export async function runProof(planner: Planner, proof: ProofChange, statements: readonly BoundStatement[]): Promise<ProvedStatement[]> {
  const whatIf = await prepared(planner, proof.changes);
  const before: Plan[] = [];
  for (const statement of statements) before.push(await planned(planner, statement, statement.sql, proof.changesBefore ? whatIf : today));
  return underTrial(planner, proof.trial, async () => {
    const proved: ProvedStatement[] = [];
    for (const [at, statement] of statements.entries())
      proved.push({ statement, before: before[at]!, after: await planned(planner, statement, statement.sqlAfter, whatIf) });
    return proved;
  });
}

async function underTrial<T>(planner: Planner, trial: PlannerTrial | null, work: () => Promise<T>): Promise<T> {
  if (trial === null) return work();
  const tried = await (trial.kind === "settings"
    ? planner.underSettings?.(trial.settings, work)
    : planner.withStatistics?.(trial, () => work()));
  if (tried?.kind === "tried") return tried.result;
  const what = trial.kind === "settings" ? "other settings" : "other statistics";
  throw new AdvisorError(
    "BACKEND_UNSUPPORTED",
    `The ${planner.backend} planner cannot plan under ${what}${tried ? `: ${tried.why}` : ""}.`,
  );
}

async function prepared(planner: Planner, changes: Changes): Promise<WhatIf> {
  const show: string[] = [];
  for (const { id, change } of changes) {
    if (change.kind !== "create-index") continue;
    const made = await planner.prepare(id, change.index);
    if (made.kind === "refused")
      throw new AdvisorError("BACKEND_UNSUPPORTED", `The ${planner.backend} planner refuses index ${id}: ${made.message}`);
    show.push(id);
  }
  return { show, hide: changes.flatMap(({ change }) => (change.kind === "drop-index" ? [change.index] : [])) };
}

async function planned(planner: Planner, { binding, family }: BoundStatement, sql: string, whatIf: WhatIf): Promise<Plan> {
  const outcome = await planner.plan(sql, whatIf, { generic: binding === "generic" });
  if (outcome.kind === "planned") return outcome.plan;
  throw new AdvisorError("BACKEND_UNSUPPORTED", `The ${planner.backend} planner cannot plan statement ${family}: ${outcome.message}`);
}

export function packedPlan(plan: Plan): PackedPlan {
  return { cost: plan.root.totalCost, shape: planShape(plan) };
}

/** One statement of a pack, planned again. */
export interface Replayed {
  readonly family: string;
  readonly packed: { readonly before: PackedPlan; readonly after: PackedPlan };
  readonly now: { readonly before: PackedPlan; readonly after: PackedPlan };
  /** Same shapes, and costs within the tolerance. */
  readonly same: boolean;
}

/** Costs of one planner on equal statistics are equal; EXPLAIN rounds them to two places. */
const costTolerance = 0.001;

/** The proof of a pack once more, compared with what the pack holds. */
export async function replay(planner: Planner, pack: EvidencePack): Promise<Replayed[]> {
  const proved = await runProof(planner, pack, pack.statements);
  return proved.map(({ before, after }, position) => {
    const packed = pack.statements[position]!;
    const now = { before: packedPlan(before), after: packedPlan(after) };
    return {
      family: packed.family,
      packed: { before: packed.before, after: packed.after },
      now,
      same: isSame(packed.before, now.before) && isSame(packed.after, now.after),
    };
  });
}

function isSame(a: PackedPlan, b: PackedPlan): boolean {
  return a.shape === b.shape && Math.abs(a.cost - b.cost) <= Math.max(0.02, a.cost * costTolerance);
}
