import type { Relation } from "./catalog.ts";

/** Rows of one relation as the planner sees them: density of the last VACUUM or ANALYZE times the current blocks (plancat.c, estimate_rel_size). Null = never analysed. */
export function plannerRows({ rows, pages, currentPages }: Pick<Relation, "rows" | "pages" | "currentPages">): number | null {
  if (rows === null) return null;
  return pages > 0 ? (rows / pages) * currentPages : rows;
}
