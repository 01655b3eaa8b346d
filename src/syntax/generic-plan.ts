import { parameterPlaces } from "./parameters.ts";

/** First version with EXPLAIN (GENERIC_PLAN): https://www.postgresql.org/docs/16/release-16.html */
export const genericPlanSince = 160_000;

/** What to send, one by one, for the generic plan of a statement with `$n`; `after` also when `explain` was refused. */
export interface GenericPlanSql {
  readonly before: readonly string[];
  readonly explain: string;
  readonly after: readonly string[];
}

/**
 * EXPLAIN of the plan for any parameter values. Before 16 a prepared statement is forced to its generic plan: the NULLs that EXECUTE
 * needs are not looked at then (plancache.c, GetCachedPlan). `options` as in `format json`.
 */
export function genericPlanSql(statement: string, options: string, versionNumber: number): GenericPlanSql {
  if (versionNumber >= genericPlanSince) return { before: [], explain: `explain (${options}, generic_plan) ${statement}`, after: [] };
  const count = Math.max(0, ...parameterPlaces(statement).map((place) => place.number));
  const values = count === 0 ? "" : `(${Array.from({ length: count }, () => "null").join(", ")})`;
  return {
    before: [`prepare plansmith_generic as ${statement}`, "set plan_cache_mode = force_generic_plan"],
    explain: `explain (${options}) execute plansmith_generic${values}`,
    after: ["deallocate plansmith_generic", "reset plan_cache_mode"],
  };
}
