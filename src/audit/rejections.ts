import type { Candidate } from "../domain/candidate.ts";
import { groupBy } from "../domain/group-by.ts";
import { qualified } from "../domain/identifier.ts";
import { createIndexSql } from "../domain/index-sql.ts";
import type { Proof } from "../domain/proof.ts";
import type { Rejection } from "../domain/report.ts";
import type { AuditResult } from "./assemble.ts";

/** Every candidate that is not recommended, with the reason: refused by a rule, refuted by the planner or by running it, or proved and not chosen. */
export function rejectionsOf(result: AuditResult): Rejection[] {
  const chosen = new Set(result.selection?.chosen.map(({ candidate }) => candidate.id));
  const notChosen = new Map(result.selection?.rejected.map(({ candidate, reason }) => [candidate.id, reason]));
  const proofsOf = groupBy(result.proved.proofs, ({ candidate }) => candidate);

  const rejected: Rejection[] = result.proposed.refused.map(({ candidate, because }) => rejection(candidate, `Not tried: ${because}`, []));
  for (const candidate of result.proposed.candidates) {
    if (chosen.has(candidate.id)) continue;
    const run = result.refuted?.get(candidate.id);
    const proofs = [...(proofsOf.get(candidate.id) ?? []), ...(run?.proofs ?? [])];
    const refuted = run?.reason ?? refutation(proofs);
    rejected.push(rejection(candidate, refuted ?? notChosen.get(candidate.id) ?? untried(candidate, result), proofs));
  }
  return rejected.toSorted((a, b) => (a.sql < b.sql ? -1 : 1));
}

function untried(candidate: Candidate, result: AuditResult): string {
  const plannable = candidate.helps.some((family) => result.proved.families.has(family));
  if (plannable || result.stopped !== null) return "Not tried: the run stopped before its turn.";
  return "Unproved: none of the statements it was proposed for can be planned; they are listed as skipped.";
}

/** Why no statement gains from it, null when one does. */
function refutation(proofs: readonly Proof[]): string | null {
  if (proofs.length === 0 || proofs.some((proof) => proof.outcome.kind === "estimated")) return null;
  const inconclusive = proofs.find((proof) => proof.outcome.kind === "inconclusive");
  if (inconclusive?.outcome.kind === "inconclusive") return `Unproved: ${inconclusive.outcome.detail}`;
  const weak = proofs.find((proof) => proof.outcome.kind === "refuted" && proof.outcome.because === "gain-too-small") ?? proofs[0]!;
  return weak.outcome.kind === "refuted" ? `Refuted: ${weak.outcome.detail}` : null;
}

function rejection(candidate: Candidate, reason: string, proofs: readonly Proof[]): Rejection {
  return { candidate, sql: sqlOf(candidate), reason, proofs };
}

function sqlOf({ change }: Candidate): string {
  switch (change.kind) {
    case "create-index":
      return createIndexSql(change.index);
    case "drop-index":
      return `DROP INDEX ${qualified(change.index)}`;
    case "rewrite":
      return change.sql;
    default:
      return change satisfies never;
  }
}
