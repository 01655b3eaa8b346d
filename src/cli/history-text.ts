import type { SavedReport } from "../contract/store.ts";
import { bytes, milliseconds, percent } from "../domain/units.ts";
import { oneLine } from "../render/safe-text.ts";

interface Figures {
  readonly id: string;
  readonly target: string;
  readonly generatedAt: string;
  readonly statements: number;
  /** Over the statements whose time is known; null when none is. */
  readonly meanMs: number | null;
  readonly recommendations: number;
  /** Part of the workload's cost that they would save, 0–1. */
  readonly savedShare: number;
  readonly databaseBytes: number | null;
}

/** A table, newest first; a sentence where there is nothing. */
export function historyText(reports: readonly SavedReport[] | null): string {
  if (reports === null) return "There is no store yet: run plansmith audit with --store.";
  if (reports.length === 0) return "The store has no such report.";
  const header = ["id", "time", "statements", "mean", "advice", "would save", "database", "target"];
  const rows = reports
    .map(figuresOf)
    .map((each) => [
      each.id,
      `${each.generatedAt.slice(0, 16).replace("T", " ")}`,
      String(each.statements),
      each.meanMs === null ? "–" : milliseconds(each.meanMs),
      String(each.recommendations),
      percent(each.savedShare),
      each.databaseBytes === null ? "–" : bytes(each.databaseBytes),
      oneLine(each.target),
    ]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  const isText = (column: number) => column === 1 || column === header.length - 1;
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The same as a JSON list. */
export function historyJson(reports: readonly SavedReport[]): string {
  return JSON.stringify(reports.map(figuresOf), null, 2);
}

function figuresOf({ id, target, generatedAt, report }: SavedReport): Figures {
  const timed = report.families.flatMap(({ calls, meanTimeMs }) => (meanTimeMs === null ? [] : [{ calls, total: calls * meanTimeMs }]));
  const calls = timed.reduce((sum, each) => sum + each.calls, 0);
  return {
    id,
    target,
    generatedAt,
    statements: report.families.length,
    meanMs: calls > 0 ? timed.reduce((sum, { total }) => sum + total, 0) / calls : null,
    recommendations: report.recommendations.length,
    savedShare: Math.max(0, 1 - report.summary.weightedRatio),
    databaseBytes: report.server?.databaseBytes ?? null,
  };
}
