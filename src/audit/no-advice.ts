import { sameRelation } from "../domain/postgres.ts";
import type { Rejection } from "../domain/report.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { AuditResult } from "./assemble.ts";

/** Planner cost under which an access path cannot be made noticeably cheaper: a lookup by primary key costs about 8. */
const cheapCost = 25;

/** Why a statement got no index, in one sentence. `own`: what was proposed for it and rejected. */
export function noAdvice(family: QueryFamily, cost: number, result: AuditResult, own: readonly Rejection[]): string {
  if (cost < cheapCost) return `It is cheap already: planner cost ${cost.toFixed(1)}.`;
  if (family.scans.length === 0) return "It reads no table that an index could serve.";
  const hidden = hiddenConstant(family);
  if (hidden !== null && own.every((each) => each.proofs.every((proof) => proof.outcome.kind !== "estimated"))) return hidden;
  if (own.length === 0) return unproposed(family, result);
  const proved = own.find((each) => each.proofs.some((proof) => proof.family === family.id && proof.outcome.kind === "estimated"));
  if (proved) return `An index would help but was not chosen. ${proved.reason}`;
  const tried = own.filter((each) => each.proofs.length > 0);
  const untried = own.find((each) => each.proofs.length === 0);
  if (tried.length === 0) return untried!.reason;
  const best = tried.map((each) => each.reason).find((reason) => reason.includes("saves")) ?? tried[0]!.reason;
  const count = tried.length === 1 ? "One candidate was tried and does not pay." : `${tried.length} candidates were tried, none pays.`;
  return `${count} ${best}${untried ? ` Another was not tried: ${untried.reason.replace(/^Not tried: /, "")}` : ""}`;
}

/** pg_stat_statements writes `$n` for the key in `profile ->> 'city'` too, and an index on an expression needs it. */
function hiddenConstant({ scans }: QueryFamily): string | null {
  const expression = scans
    .flatMap((scan) => [...scan.predicates, ...scan.disjunctions.flat(2)])
    .find(({ on }) => on.column === null && on.columns.length > 0 && /\$\d/.test(on.sql))?.on.sql;
  if (expression === undefined) return null;
  return `An index on ${expression} needs the constant that stands there as a parameter: give the statement with its constants to --statements, or a log that has its text to --log.`;
}

function unproposed(family: QueryFamily, result: AuditResult): string {
  const { relations } = result.snapshot.catalog;
  const rows = family.scans.map((scan) => relations.find((each) => sameRelation(each, scan.relation))?.rows ?? null);
  if (rows.includes(null)) return "A table it reads was never analysed: run ANALYZE, then audit again.";
  if (family.scans.every((scan) => scan.predicates.length === 0 && scan.disjunctions.length === 0))
    return "It has no condition that an index could answer, so every row is read.";
  return "No rule proposes an index: those that its conditions could use exist, or no index can serve them.";
}
