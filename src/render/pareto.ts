import type { Report } from "../domain/report.ts";
import { bytes, grouped, percent } from "../domain/units.ts";

/** Heading and rows of the table that lets a person choose how much to spend; null when there is nothing to choose. */
export function paretoTable(
  report: Report,
): { readonly title: string; readonly columns: readonly string[]; readonly rows: readonly string[][] } | null {
  const sets = report.pareto ?? [];
  if (sets.length < 3) return null;
  return {
    title: "Size against saving (--max-bytes chooses)",
    columns: ["size", "indexes", "workload cost left", ""],
    rows: sets.map((set) => [
      bytes(set.indexBytes),
      grouped(set.indexCount),
      percent(set.weightedRatio),
      set.recommended ? "recommended here" : "",
    ]),
  };
}
