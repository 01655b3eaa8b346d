import type { Predicate, Scan } from "../domain/workload.ts";
import { figure } from "./build.ts";
import type { CatalogView } from "./catalog-view.ts";
import { selectivity } from "./selectivity.ts";

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/**
 * What the predicates on these columns keep, as words without any literal: `about 50 of 2,000,000 rows`;
 * null when the statistics do not tell. Columns count as independent, as the planner takes them.
 */
export function rowsKept(catalog: CatalogView, scan: Scan, columns: readonly (string | null)[]): string | null {
  const rows = catalog.rows(scan.relation);
  const on = scan.predicates.filter((predicate: Predicate) => predicate.on.column !== null && columns.includes(predicate.on.column));
  const kept = on.reduce<number | null>((product, predicate) => {
    const one = selectivity(catalog, scan.relation, predicate);
    return product === null || one === null ? null : product * one;
  }, 1);
  return rows === null || kept === null || on.length === 0 ? null : `about ${figure(Math.max(1, kept * rows))} of ${figure(rows)} rows`;
}
