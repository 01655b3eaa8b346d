import { createHash } from "node:crypto";
import { readableQualified } from "../domain/identifier.ts";
import type { Pattern } from "../domain/pattern.ts";
import type { FamilySummary, Report } from "../domain/report.ts";
import { plural } from "../domain/units.ts";
import type { AccessNeed } from "./access-need.ts";
import { cluster } from "./cluster.ts";

export interface PatternInput {
  /** `{family → what it asks for}`. */
  readonly needs: ReadonlyMap<string, AccessNeed>;
  /** `{family → its access path as a vector of length 1}`. */
  readonly vectors: ReadonlyMap<string, Float32Array>;
  /** Statements less alike than this are of two patterns. */
  readonly leastSimilarity: number;
}

/** One statement is no pattern. */
const leastStatements = 2;
/** Tables named before "and N more". */
const mostTables = 4;

/**
 * What a workload asks for again and again: its statements grouped by how alike their access paths are, each group named by what most of
 * its load needs, groups of one name as one; largest share first. Statements that are like no other are in none.
 */
export function patternsOf(report: Pick<Report, "families" | "recommendations">, input: PatternInput): readonly Pattern[] {
  const { needs, vectors, leastSimilarity } = input;
  const families = new Map(report.families.map((family) => [family.id, family]));
  const placed = [...families.values()].flatMap(({ id, share }) => {
    const vector = vectors.get(id);
    return vector && needs.has(id) ? [{ id, weight: share, vector }] : [];
  });
  const named = new Map<string, string[]>();
  for (const ids of cluster(placed, leastSimilarity)) {
    const title = heaviest(ids, (id) => needs.get(id)!.title, families);
    named.set(title, [...(named.get(title) ?? []), ...ids]);
  }
  return [...named]
    .filter(([, ids]) => ids.length >= leastStatements)
    .map(([title, ids]) => patternOf(title, ids.map((id) => families.get(id)!).toSorted(byShare), report, needs))
    .toSorted((a, b) => b.share - a.share || (a.id < b.id ? -1 : 1));
}

function patternOf(
  title: string,
  members: readonly FamilySummary[],
  { recommendations }: Pick<Report, "recommendations">,
  needs: PatternInput["needs"],
): Pattern {
  const ids = members.map(({ id }) => id);
  const own = new Set(ids);
  const serving = recommendations.map((each) => ({
    each,
    served: each.benefit.families.filter(({ family, costBefore, costAfter }) => own.has(family) && costAfter < costBefore),
  }));
  const best = serving.reduce<(typeof serving)[number] | null>(
    // Recommendations come ranked: of two that serve as many the first.
    (found, next) => (next.served.length > (found?.served.length ?? 0) ? next : found),
    null,
  );
  return {
    id: createHash("sha256")
      .update(`${title}\n${ids.toSorted().join("\n")}`)
      .digest("hex")
      .slice(0, 12),
    title,
    detail: detailOf(members, needs),
    families: ids,
    // Shares of a whole workload may add up to a hair more than all of it.
    share: Math.min(
      1,
      members.reduce((sum, { share }) => sum + share, 0),
    ),
    servedCount: new Set(serving.flatMap(({ served }) => served.map(({ family }) => family))).size,
    remedy: best === null ? null : { recommendation: best.each.id, title: best.each.title, serves: best.served.length },
  };
}

/** Tables, those with most of the load first, and how many statements read one whole. */
function detailOf(members: readonly FamilySummary[], needs: PatternInput["needs"]): string {
  const shares = new Map<string, number>();
  for (const { id, share } of members) {
    const name = readableQualified(needs.get(id)!.relation).replace(/^public\./, "");
    shares.set(name, (shares.get(name) ?? 0) + share);
  }
  const tables = [...shares].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name);
  const shown = tables.slice(0, mostTables).join(", ");
  const rest = tables.length > mostTables ? ` and ${tables.length - mostTables} more` : "";
  const whole = members.filter(({ id }) => needs.get(id)!.readsAll).length;
  const today =
    whole === 0
      ? "none reads its table whole today"
      : `${whole === members.length ? "all" : plural(whole, "statement")} read${whole === 1 ? "s" : ""} ${whole === 1 ? "its" : "their"} table whole today`;
  return `On ${shown}${rest}; ${today}.`;
}

/** The name that stands for most of the load. */
function heaviest(ids: readonly string[], nameOf: (id: string) => string, families: ReadonlyMap<string, FamilySummary>): string {
  const loads = new Map<string, number>();
  for (const id of ids) loads.set(nameOf(id), (loads.get(nameOf(id)) ?? 0) + families.get(id)!.share);
  return [...loads].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]![0];
}

function byShare(a: FamilySummary, b: FamilySummary): number {
  return b.share - a.share || (a.id < b.id ? -1 : 1);
}
