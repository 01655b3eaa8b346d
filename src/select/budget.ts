import { relationKey } from "../domain/postgres.ts";
import type { SearchCandidate } from "./search.ts";

/** What the new indexes together may take; null = no limit. */
export interface Budget {
  readonly maxIndexes: number | null;
  readonly maxBytes: number | null;
  /** New indexes on one table. */
  readonly maxPerTable: number | null;
  /** Estimated time to build all of them, one after another, in ms. */
  readonly maxBuildMs: number | null;
}

/** The limit that a set breaks first, or null when it keeps all. */
export function brokenLimit(chosen: readonly SearchCandidate[], budget: Budget): keyof Budget | null {
  if (budget.maxIndexes !== null && chosen.length > budget.maxIndexes) return "maxIndexes";
  if (budget.maxBytes !== null && sum(chosen, (each) => each.bytes) > budget.maxBytes) return "maxBytes";
  if (budget.maxBuildMs !== null && sum(chosen, (each) => each.buildMs) > budget.maxBuildMs) return "maxBuildMs";
  if (budget.maxPerTable === null) return null;
  const perTable = new Map<string, number>();
  for (const { relation } of chosen) {
    const key = relationKey(relation);
    const count = (perTable.get(key) ?? 0) + 1;
    if (count > budget.maxPerTable) return "maxPerTable";
    perTable.set(key, count);
  }
  return null;
}

/**
 * Part of the budget that candidates use up, 0 for none: the largest over the limits that are set. Where no limit
 * binds it is their bytes in GB, so that of two equal gains the smaller index wins.
 */
export function budgetShare(candidates: readonly SearchCandidate[], budget: Budget): number {
  const bytes = sum(candidates, (each) => each.bytes);
  const shares = [
    budget.maxBytes === null ? bytes / 2 ** 40 : bytes / Math.max(1, budget.maxBytes),
    budget.maxBuildMs === null ? 0 : sum(candidates, (each) => each.buildMs) / Math.max(1, budget.maxBuildMs),
    budget.maxIndexes === null ? 0 : candidates.length / Math.max(1, budget.maxIndexes),
  ];
  return Math.max(...shares);
}

function sum(candidates: readonly SearchCandidate[], numberOf: (candidate: SearchCandidate) => number): number {
  return candidates.reduce((total, candidate) => total + numberOf(candidate), 0);
}
