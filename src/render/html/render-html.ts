import type { Report } from "../../domain/report.ts";
import { rankedEffects } from "../wording.ts";
import type { Assets } from "./assets.ts";
import { keptPlans, planDetails } from "./effects.ts";
import { madeNames } from "./index-names.ts";
import { page, viewerMarkup } from "./page.ts";
import { type Detail, planKey } from "./page-context.ts";

/** A report of 500 statements stays below this, so that it can be mailed: bytes of UTF-8. */
const mostBytes = 3_000_000;
/** Less of the long lists where the file would be too large: first shorter statements, then fewer. */
const details: readonly Detail[] = [
  { sqlCharacters: 4_000, statements: null, effects: null },
  { sqlCharacters: 1_000, statements: null, effects: null },
  { sqlCharacters: 300, statements: null, effects: null },
  { sqlCharacters: 300, statements: 500, effects: 25 },
  { sqlCharacters: 200, statements: 200, effects: 10 },
];
/** Room that statements leave to plans before they are cut shorter. */
const planBytes = 700_000;

export interface HtmlOptions {
  /** Reports of the same database, for its history. */
  readonly earlier?: readonly Report[];
  /** Bytes that the file may have. */
  readonly limitBytes?: number;
}

/**
 * The report as one file that needs nothing else: styles, scripts and plans within, no network. Where plans would make it larger
 * than `limitBytes`, those of the statements that gain least are left out and the page says so. Equal input gives equal bytes.
 */
export function renderHtml(report: Report, assets: Assets, options: HtmlOptions = {}): string {
  const { earlier = [], limitBytes = mostBytes } = options;
  const plans = rankedPlans(report);
  const wanted = Math.min(
    planBytes,
    plans.reduce((sum, each) => sum + each.bytes, 0),
  );
  // The page carries the viewer only with a plan to draw.
  const viewer = bytesOf(viewerMarkup(assets).markup);
  for (const [position, detail] of details.entries()) {
    const room = limitBytes - bytesOf(page(report, assets, { earlier, detail, plans: new Set() }));
    const next = details[position + 1];
    // Statements are cut shorter to make room for plans, but none is left out for that.
    if (next !== undefined && room < (next.statements === null ? wanted + viewer : 0)) continue;
    return page(report, assets, { earlier, detail, plans: fitting(plans, room - viewer) });
  }
  throw new RangeError("No detail to print a report in."); // the last one always returns
}

interface SizedPlans {
  readonly key: string;
  /** Cost × calls that the recommendation saves on the statement. */
  readonly saved: number;
  readonly bytes: number;
}

/** Every recommendation's plans of every statement it changes, what saves most first. */
function rankedPlans(report: Report): SizedPlans[] {
  const names = madeNames(report.recommendations);
  const families = new Map(report.families.map((family) => [family.id, family]));
  return report.recommendations
    .flatMap((recommendation) =>
      rankedEffects(recommendation, families).map(({ family, costBefore, costAfter }): SizedPlans => {
        const kept = keptPlans(recommendation.proofs.filter((proof) => proof.family === family));
        const bytes = kept.reduce((sum, { word, pair }) => sum + bytesOf(planDetails(pair, { word, names, family }).markup), 0);
        const saved = (costBefore - costAfter) * (families.get(family)?.calls ?? 1);
        return { key: planKey(recommendation.id, family), saved, bytes };
      }),
    )
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.saved - a.saved || (a.key < b.key ? -1 : 1));
}

function fitting(plans: readonly SizedPlans[], room: number): ReadonlySet<string> {
  const kept = new Set<string>();
  let left = room;
  for (const { key, bytes } of plans) {
    if (bytes > left) continue;
    kept.add(key);
    left -= bytes;
  }
  return kept;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
