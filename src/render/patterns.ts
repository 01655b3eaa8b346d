import type { Pattern } from "../domain/pattern.ts";
import type { Report } from "../domain/report.ts";
import { percent, plural } from "../domain/units.ts";

/** Patterns with less of the workload are noise to a reader; JSON has them. */
const leastShare = 0.01;

/** Title of the section, and the patterns worth a reader's time; null when there is none. */
export function shownPatterns(
  { patterns = [] }: Pick<Report, "patterns">,
  most: number,
): { readonly title: string; readonly patterns: readonly Pattern[]; readonly left: number } | null {
  const worth = patterns.filter(({ share }) => share >= leastShare);
  if (worth.length === 0) return null;
  return {
    title: "What this workload asks for again and again",
    patterns: worth.slice(0, most),
    left: patterns.length - Math.min(most, worth.length),
  };
}

/** "12 statements, 61 % of the workload". */
export function patternLoad({ families, share }: Pattern): string {
  return `${plural(families.length, "statement")}, ${percent(share)} of the workload`;
}

/** The one change that serves most of them, and what is left without any. */
export function patternRemedy({ families, remedy, servedCount }: Pattern): string {
  const left = families.length - servedCount;
  if (remedy === null) return "No recommendation serves any of them: see why at each statement.";
  const others = servedCount - remedy.serves;
  const serves = remedy.serves === families.length ? `serves all ${remedy.serves}` : `serves ${remedy.serves}`;
  return [
    `${remedy.title} ${serves}`,
    ...(others > 0 ? [`other recommendations ${others} more`] : []),
    ...(left > 0 ? [`${left} ${left === 1 ? "has" : "have"} none`] : []),
  ]
    .join("; ")
    .concat(".");
}
