import type { Measurer } from "../contract/measurer.ts";
import type { Planner } from "../contract/planner.ts";
import type { OnProgress } from "../contract/progress.ts";
import type { SnapshotSource } from "../contract/snapshot-source.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Report } from "../domain/report.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { AdvisorError } from "../errors.ts";
import { bindParameters } from "../group/bind-parameters.ts";
import { group } from "../group/group.ts";
import type { SqlParser } from "../parse/parse-sql.ts";
import { propose, type RuleOptions } from "../propose/propose.ts";
import { type Proved, prove } from "../prove/prove.ts";
import type { Rule } from "../rule/rule.ts";
import type { Thresholds } from "../select/search.ts";
import { type SelectInput, type Selection, select } from "../select/select.ts";
import { weigh } from "../select/weigh.ts";
import { assemble } from "./assemble.ts";
import { withProbes } from "./probe-families.ts";
import { refuseEmpty } from "./refuse-empty.ts";
import { stopWhen } from "./stop.ts";
import { withoutUnprovableDrops } from "./unprovable-drops.ts";

/** Built once by `wire.ts`. */
export interface AuditTools {
  readonly source: SnapshotSource;
  readonly parser: SqlParser;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly openPlanner: (snapshot: Snapshot) => Promise<Planner>;
  /** A copy of production on which the chosen set is made and measured; absent: nothing is measured. */
  readonly openMeasurer?: (snapshot: Snapshot) => Promise<Measurer>;
}

export interface AuditOptions {
  readonly ruleOptions: RuleOptions;
  readonly maxIndexes: number | null;
  /** Part of the database's size that new indexes may take, 0.1 = 10 %; null = no limit. */
  readonly maxGrowth: number | null;
  /** Bytes that `maxGrowth` always allows; absent = 0. */
  readonly growthFloorBytes?: number;
  readonly maxBytes: number | null;
  readonly withValues: boolean;
  readonly timeBudgetMs: number | null;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly advisorVersion: string;
}

/** design.md section 7: a change must be worth a person's attention, and hurt nobody. */
const thresholds: Thresholds = { minWorkloadGain: 0.001, minStatementGain: 0.05, minCostSaved: 10, maxRegression: 0.01 };
/** A candidate that saves less than this on every binding is no advice (peers use 5–50 %: facts/index-advisors.md section 4). */
const minGain = 0.05;
/** Time that choosing from what was proved may still take after a stop. */
const graceMs = 10_000;

/** collect → group → propose → prove → select → assemble. Reads the server, changes nothing. */
export async function audit(tools: AuditTools, options: AuditOptions): Promise<Report> {
  const { onProgress, signal } = options;
  const stop = stopWhen(signal, options.timeBudgetMs);

  const snapshot = await tools.source.read({ signal, onProgress });
  refuseEmpty(snapshot);
  stop.check();
  onProgress("group", 0, null);
  const grouped = await group(snapshot, tools.parser);
  onProgress("shadow", 0, null);
  const planner = await tools.openPlanner(snapshot);
  let measurer: Measurer | null = null;
  try {
    measurer = (await tools.openMeasurer?.(snapshot)) ?? null;
    const workload = await bindParameters(grouped, snapshot, (sql) => planner.parameterTypes(sql));
    const proposed = withoutUnprovableDrops(propose(workload, snapshot, tools.rules, options.ruleOptions), planner);
    const { families, candidates } = withProbes(proposed.candidates, proposed.probes);
    const proved = await prove({
      candidates,
      families: [...workload.families, ...families],
      planner,
      minGain,
      stop: stop.check,
      onProgress,
    });
    if (proved.stopped) stop.grace(graceMs);
    const input = selectInput(candidates, proved, snapshot, options);
    const chosen = await selectUnlessStopped(input);
    return await assemble({
      snapshot,
      workload,
      proposed: { ...proposed, candidates },
      proved,
      selection: chosen.selection,
      stopped: proved.stopped ?? chosen.stopped,
      planner,
      measurer,
      options,
    });
  } finally {
    await measurer?.close();
    await planner.close();
  }
}

function selectInput(candidates: SelectInput["candidates"], proved: Proved, snapshot: Snapshot, options: AuditOptions): SelectInput {
  const reach = new Map<string, { bytes: number; families: string[] }>();
  for (const { candidate, family, outcome } of proved.proofs) {
    const made = proved.prepared.get(candidate);
    if (!made || outcome.kind === "inconclusive") continue;
    const known = reach.get(candidate) ?? { bytes: made.bytes, families: [] };
    // A candidate refuted alone may still pay beside another (two indexes, one join), so it stays a possible move.
    known.families.push(family);
    reach.set(candidate, known);
  }
  return {
    candidates: candidates.filter((candidate) => candidate.change.kind === "drop-index" || reach.has(candidate.id)),
    reach,
    families: weigh([...proved.families.values()]),
    relationsOf: (family) => (proved.families.get(family)?.family.scans ?? []).map((scan) => relationKey(scan.relation)),
    model: proved.costs,
    budget: { maxIndexes: options.maxIndexes, maxBytes: byteBudget(snapshot, options) },
    thresholds,
    onRound: (chosen) => options.onProgress("select", chosen, null),
  };
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

async function selectUnlessStopped(input: SelectInput): Promise<{ selection: Selection | null; stopped: unknown }> {
  try {
    return { selection: await select(input), stopped: null };
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "ABORTED") return { selection: null, stopped: error };
    throw error;
  }
}
