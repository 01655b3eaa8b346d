import type { CostModel } from "../contract/cost-model.ts";
import type { Candidate, IndexDefinition } from "../domain/candidate.ts";
import type { Relation } from "../domain/catalog.ts";
import { groupBy } from "../domain/group-by.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { QueryFamily } from "../domain/workload.ts";
import { supersededBy } from "../propose/superseded.ts";
import type { Proved } from "../prove/prove.ts";
import type { Thresholds } from "../select/search.ts";
import type { Reach, SelectInput } from "../select/select.ts";
import { weigh } from "../select/weigh.ts";
import { buildMs, writePrice } from "../select/write-price.ts";
import type { AuditOptions } from "./audit.ts";
import type { JudgedVariants } from "./judge-variants.ts";

/** design.md section 7: a change must be worth a person's attention, and hurt nobody. */
const thresholds: Thresholds = { minWorkloadGain: 0.01, minStatementGain: 0.05, minCostSaved: 10, maxRegression: 0.01 };
/** Planner questions that improving a grown set may ask: about 10 s of planning TPC-H (bench:selection prints the curve). */
const effort = 3000;

interface Circumstances {
  readonly snapshot: Snapshot;
  readonly options: AuditOptions;
  readonly outOfTime: () => boolean;
  /** Costs in which a statement may be rewritten; and its cost so with the indexes of today. */
  readonly model: CostModel;
  readonly todaysCosts: ReadonlyMap<string, number>;
  /** By family: rewrites may read relations that the statement does not. */
  readonly judged: JudgedVariants["proved"];
}

/** What was proved, as the search wants it: bytes, prices and the statements each candidate can reach. */
export function selectInput(
  candidates: readonly Candidate[],
  proved: Proved,
  { snapshot, options, outOfTime, model, todaysCosts, judged }: Circumstances,
): SelectInput {
  // Weights are of the statements as they are; what a rewrite saves alone is not an index's doing.
  const weighed = weigh([...proved.families.values()]);
  const families = weighed.map((family) => ({ ...family, baselineCost: todaysCosts.get(family.id) ?? family.baselineCost }));
  const before = families.reduce((sum, family) => sum + family.weight * family.baselineCost, 0);
  const reach = reachOf(candidates, proved, snapshot);
  return {
    candidates: candidates.filter((candidate) => candidate.change.kind === "drop-index" || reach.has(candidate.id)),
    reach,
    families,
    relationsOf(id) {
      const texts = [proved.families.get(id), ...(judged.get(id) ?? []).map(({ planned }) => planned)];
      return [...new Set(texts.flatMap((each) => each?.family.scans ?? []).map((scan) => relationKey(scan.relation)))];
    },
    supersededBy: supersededBy(snapshot),
    model,
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

function reachOf(candidates: readonly Candidate[], proved: Proved, snapshot: Snapshot): Map<string, Reach> {
  const priceOf = prices(proved, snapshot);
  // A candidate refuted alone may still pay beside another (two indexes, one join), so it stays a possible move.
  const conclusive = proved.proofs.filter(({ outcome }) => outcome.kind !== "inconclusive");
  const served = groupBy(conclusive, ({ candidate }) => candidate);
  const relations = new Map(snapshot.catalog.relations.map((each) => [relationKey(each), each]));
  const reach = new Map<string, Reach>();
  for (const { id, change } of candidates) {
    const made = proved.prepared.get(id);
    const families = served.get(id)?.map(({ family }) => family);
    if (!made || !families || change.kind !== "create-index") continue;
    const relation = relations.get(relationKey(change.index.relation));
    if (!relation) continue;
    const price = priceOf(change.index, relation);
    reach.set(id, { bytes: made.bytes, buildMs: buildMs(change.index, relation), price, families });
  }
  return reach;
}

/** Less than an hour of counting says nothing of what writes cost over time (our guess, as in explain/write-cost.ts). */
const leastCountingMs = 3_600_000;
/** Cost units of one ms where no statement has a time: a page of 10 µs is one unit. */
const unitsPerMs = 100;

/** Weighted cost that writes pay for an index over the time that was counted; 0 when the writes are not known. */
function prices(proved: Proved, snapshot: Snapshot): (index: IndexDefinition, relation: Relation) => number {
  const { countingSince } = snapshot.server;
  const counted = countingSince === null ? 0 : Date.parse(snapshot.collectedAt) - Date.parse(countingSince);
  const families = [...proved.families.values()].map(({ family }) => family);
  const unit = families.some(({ load }) => load.meanTimeMs !== null) ? 1 : unitsPerMs;
  const setShareOf = setShares(families);
  return (index, relation) => {
    const { activity } = relation;
    if (activity === null || !(counted >= leastCountingMs)) return 0;
    const writes = {
      inserted: activity.rowsInserted,
      updated: activity.rowsUpdated - activity.rowsHotUpdated,
      hotUpdated: activity.rowsHotUpdated,
    };
    return (writePrice(index, relation, writes, (column) => setShareOf(relation, column)).us / 1000) * unit;
  };
}

/** Part of the updates of a relation, 0–1, that set a column; null without updates. Asked for the columns of thousands of candidates: each is told once. */
function setShares(families: readonly QueryFamily[]): (relation: Relation, column: string) => number | null {
  const updates = families.flatMap(({ kind, scans, load, normalizedSql }) => {
    if (kind !== "update") return [];
    const keys = new Set(scans.filter(({ role }) => role === "update").map((scan) => relationKey(scan.relation)));
    return [...keys].map((key) => ({ key, calls: load.calls, list: setList(normalizedSql) }));
  });
  const updatesOf = groupBy(updates, ({ key }) => key);
  const known = new Map<string, number | null>();
  return (relation, column) => {
    const key = relationKey(relation);
    const asked = `${key}\0${column}`;
    const before = known.get(asked);
    if (before !== undefined) return before;
    const own = updatesOf.get(key) ?? [];
    const callsOf = (some: typeof own) => some.reduce((sum, { calls }) => sum + calls, 0);
    const all = callsOf(own);
    const share = all === 0 ? null : callsOf(own.filter(({ list }) => setsColumn(list, column))) / all;
    known.set(asked, share);
    return share;
  };
}

/** The text between SET and WHERE. */
function setList(sql: string): string {
  return /\bset\b([\s\S]*?)(?:\bwhere\b|\bfrom\b|\breturning\b|$)/i.exec(sql)?.[1] ?? "";
}

function setsColumn(list: string, column: string): boolean {
  return new RegExp(`(?<![\\w"])"?${column.replaceAll(/\W/g, "\\$&")}"?\\s*=`).test(list);
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
