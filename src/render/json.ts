import type { Report } from "../domain/report.ts";

/** Order of the report's own keys; below them, names first and the rest by alphabet, so that equal reports are equal text. */
const topLevel: readonly (keyof Report)[] = [
  "schemaVersion",
  "generatedAt",
  "advisorVersion",
  "server",
  "origin",
  "partial",
  "review",
  "summary",
  "recommendations",
  "findings",
  "rejected",
  "families",
  "skipped",
  "gaps",
  "pareto",
  "tuning",
  "patterns",
  "retrieval",
  "agent",
];
const first = ["kind", "id", "title", "name"];

/** The report as report.schema.json describes it, with a newline at the end. */
export function renderJson(report: Report): string {
  const ordered = Object.fromEntries(topLevel.map((key) => [key, inOrder(report[key])]));
  return `${escapeHidden(JSON.stringify(ordered, null, 2))}\n`;
}

/** JSON.stringify escapes C0 controls; a terminal also obeys C1, and direction marks hide what follows. */
function escapeHidden(json: string): string {
  return json.replaceAll(
    /[\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== "object") return value;
  const keys = Object.keys(value).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(keys.map((key) => [key, inOrder((value as Record<string, unknown>)[key])])); // an object by the tests above
}

function rank(key: string): number {
  const position = first.indexOf(key);
  return position < 0 ? first.length : position;
}
