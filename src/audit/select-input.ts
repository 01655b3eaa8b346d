import type { Candidate } from "../domain/candidate.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { supersededBy } from "../propose/superseded.ts";
import type { Proved } from "../prove/prove.ts";
import type { Thresholds } from "../select/search.ts";
import type { Reach, SelectInput } from "../select/select.ts";
import { weigh } from "../select/weigh.ts";
import type { AuditOptions } from "./audit.ts";

/** design.md section 7: a change must be worth a person's attention, and hurt nobody. */
const thresholds: Thresholds = { minWorkloadGain: 0.01, minStatementGain: 0.05, minCostSaved: 10, maxRegression: 0.01 };
/** Planner questions that improving a grown set may ask: about 10 s of planning TPC-H (bench:selection prints the curve). */
const effort = 3000;

interface Circumstances {
  readonly snapshot: Snapshot;
  readonly options: AuditOptions;
  readonly outOfTime: () => boolean;
}

/** What was proved, as the search wants it: bytes, prices and the statements each candidate can reach. */
export function selectInput(
  candidates: readonly Candidate[],
  proved: Proved,
  { snapshot, options, outOfTime }: Circumstances,
): SelectInput {
  const families = weigh([...proved.families.values()]);
  const before = families.reduce((sum, family) => sum + family.weight * family.baselineCost, 0);
  const reach = reachOf(candidates, proved);
  return {
    candidates: candidates.filter((candidate) => candidate.change.kind === "drop-index" || reach.has(candidate.id)),
    reach,
    families,
    relationsOf: (family) => (proved.families.get(family)?.family.scans ?? []).map((scan) => relationKey(scan.relation)),
    supersededBy: supersededBy(snapshot),
    model: proved.costs,
    budget: {
      maxIndexes: options.maxIndexes,
      maxBytes: byteBudget(snapshot, options),
      maxPerTable: options.maxPerTable ?? null,
      maxBuildMs: options.maxBuildMs ?? null,
    },
    goal: options.goal ?? "balanced",
    thresholds,
    effort,
    outOfTime,
    onBest: ({ total, indexes }) => {
      options.onProgress("select", indexes, null);
      options.onBest?.({ ratio: before > 0 ? total / before : 1, indexes });
    },
  };
}

function reachOf(candidates: readonly Candidate[], proved: Proved): Map<string, Reach> {
  const served = new Map<string, string[]>();
  for (const { candidate, family, outcome } of proved.proofs) {
    // A candidate refuted alone may still pay beside another (two indexes, one join), so it stays a possible move.
    if (outcome.kind !== "inconclusive") served.set(candidate, [...(served.get(candidate) ?? []), family]);
  }
  const reach = new Map<string, Reach>();
  for (const { id, change } of candidates) {
    const made = proved.prepared.get(id);
    const families = served.get(id);
    if (made && families && change.kind === "create-index") reach.set(id, { bytes: made.bytes, buildMs: 0, price: 0, families });
  }
  return reach;
}

/** The smaller of the two byte limits; null when neither is set. */
function byteBudget(snapshot: Snapshot, options: AuditOptions): number | null {
  const databaseBytes = snapshot.server.databaseBytes ?? storedBytes(snapshot);
  const growth = options.maxGrowth === null ? null : Math.max(databaseBytes * options.maxGrowth, options.growthFloorBytes ?? 0);
  const limits = [options.maxBytes, growth].filter((limit) => limit !== null);
  return limits.length === 0 ? null : Math.min(...limits);
}

function storedBytes(snapshot: Snapshot): number {
  return snapshot.catalog.relations.reduce(
    (sum, relation) => sum + relation.bytes + relation.indexes.reduce((total, index) => total + index.bytes, 0),
    0,
  );
}
