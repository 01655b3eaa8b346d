import type { IndexDefinition } from "./candidate.ts";

/**
 * Whether ANALYZE gathers statistics for the index itself: it does for keys that are expressions (analyze.c). They move the planner's
 * estimates even where no plan uses the index.
 */
export function bringsStatistics(index: Pick<IndexDefinition, "keys">): boolean {
  return index.keys.some((key) => key.column === null);
}
