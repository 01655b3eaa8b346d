import type { Measurer } from "../contract/measurer.ts";
import type { Planner } from "../contract/planner.ts";
import type { OnProgress } from "../contract/progress.ts";
import type { SnapshotSource } from "../contract/snapshot-source.ts";
import type { Candidate } from "../domain/candidate.ts";
import type { Report } from "../domain/report.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { AdvisorError } from "../errors.ts";
import { bindParameters } from "../group/bind-parameters.ts";
import { group } from "../group/group.ts";
import { mergeCandidates } from "../propose/merge-candidates.ts";
import { propose, type RuleOptions } from "../propose/propose.ts";
import { type Proved, prove } from "../prove/prove.ts";
import { catalogView } from "../rule/catalog-view.ts";
import type { Rule } from "../rule/rule.ts";
import { servedBy } from "../rule/served.ts";
import type { Goal } from "../select/search.ts";
import type { SimilarCases } from "../similar/similar-cases.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { type AuditResult, assemble } from "./assemble.ts";
import { type Choice, choose } from "./choose.ts";
import { chooseByRunning } from "./choose-by-running.ts";
import { type AgentTools, type Consultant, type ConsultRoom, consultant } from "./consult.ts";
import { judgeOnce, type PairsJudge } from "./judge-once.ts";
import { type JudgedVariants, judgeVariants } from "./judge-variants.ts";
import { nearInWords } from "./near-in-words.ts";
import { ownStatements } from "./own-statements.ts";
import { withProbes } from "./probe-families.ts";
import { recall, withCases, withRecalled } from "./recall.ts";
import { refuseEmpty } from "./refuse-empty.ts";
import type { RewritesFound } from "./rewrite-trials.ts";
import { type RewriteTools, withRewrites } from "./rewrites.ts";
import { selectInput } from "./select-input.ts";
import { variantCosts } from "./standing-variants.ts";
import { stopWhen } from "./stop.ts";
import { type TuningTools, withTuning } from "./tuning.ts";
import { withoutUnprovableDrops } from "./unprovable-drops.ts";
import { proposeVariants, type StatementVariant, withSuggested } from "./variants.ts";

/** Built once by `wire.ts`. */
export interface AuditTools {
  readonly source: SnapshotSource;
  readonly parser: SqlParser;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly openPlanner: (snapshot: Snapshot) => Promise<Planner>;
  /** Absent: no statement is rewritten. */
  readonly rewrites?: RewriteTools;
  /** Absent: nothing is said about settings, maintenance and the like. */
  readonly tuning?: TuningTools;
  /** Proven cases to compare statements with, opened while the server is read; absent: none. */
  readonly openSimilar?: () => Promise<SimilarCases>;
  /** A language model that is asked where rules found little; absent: none. */
  readonly agent?: AgentTools;
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
  /** New indexes on one table; null or absent = no limit. */
  readonly maxPerTable?: number | null;
  /** Estimated time to build all new indexes, in ms; null or absent = no limit. */
  readonly maxBuildMs?: number | null;
  /** Absent: balanced. */
  readonly goal?: Goal;
  readonly timeBudgetMs: number | null;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly advisorVersion: string;
  /** Told of every better set that the search comes by: its weighted cost as a part of today's, and its size. */
  readonly onBest?: (best: { readonly ratio: number; readonly indexes: number }) => void;
  /** Told what became of every rewrite, while the planner can still be asked. */
  readonly onRewrites?: (found: RewritesFound) => Promise<void>;
}

/** A candidate that saves less than this on every binding is no advice (peers use 5–50 %: facts/index-advisors.md section 4). */
const minGain = 0.05;
/** Time that choosing from what was proved may still take after a stop. */
const graceMs = 10_000;

/** collect → group → propose → prove → select → assemble. Reads the server, changes nothing. */
export async function audit(tools: AuditTools, options: AuditOptions): Promise<Report> {
  const { onProgress, signal } = options;
  const stop = stopWhen(signal, options.timeBudgetMs);

  // Loads its model while the server is read; who waits for it below learns of a failure.
  const opening = tools.openSimilar?.();
  opening?.catch(() => undefined);
  const snapshot = await tools.source.read({ signal, onProgress });
  refuseEmpty(snapshot);
  stop.check();
  onProgress("group", 0, null);
  const grouped = await group(snapshot, tools.parser);
  onProgress("shadow", 0, null);
  const planner = await tools.openPlanner(snapshot);
  const catalog = catalogView(snapshot.catalog);
  let measurer: Measurer | null = null;
  let asked: Consultant | null = null;
  const judging = tools.rewrites ? judgeOnce(tools.rewrites.openProver, { snapshot, parser: tools.parser, signal }) : null;
  try {
    measurer = (await tools.openMeasurer?.(snapshot)) ?? null;
    const workload = await bindParameters(grouped, snapshot, (sql) => planner.parameterTypes(sql));
    const inOtherWords = await proposeVariants(workload, snapshot, { tools, options, mustEnd: () => stop.reason() !== null });
    const variants = inOtherWords.variants.flatMap(({ family }) => (family === null ? [] : [family]));
    const rules = propose({ ...workload, families: [...workload.families, ...variants] }, snapshot, tools.rules, options.ruleOptions);
    onProgress("recall", 0, null);
    const similar = (await opening) ?? null;
    const recalled = await recall(workload, similar, { planner, catalog, mustEnd: () => stop.reason() !== null });
    const suggested = withSuggested(rules, inOtherWords.variants);
    const proposed = withoutUnprovableDrops(withCases(suggested, recalled), planner);
    const { families, candidates } = withProbes(proposed.candidates, proposed.probes);
    const near = (family: string) => nearInWords(recalled, family);
    asked = consulted({ tools, options, snapshot, workload, planner, judging, near, stop: stop.check });
    const provedAll = await prove({
      candidates,
      families: [...workload.families, ...families, ...variants],
      relations: snapshot.catalog.relations,
      planner,
      minGain,
      more: (alone) => mergeCandidates(alone, candidates, (index) => servedBy(catalog, index) !== null),
      ...(asked === null ? {} : { further: asked.ask }),
      stop: stop.check,
      onProgress,
    });
    // Choosing ends with the best set so far: from here on a stop shortens the search instead of ending the run.
    stop.allowAfter(graceMs);
    // A budget that ends here leaves as long for choosing as one that ended while proving did, or more time would give a worse set.
    const outOfTime = () => stop.overdueMs() > (signal.aborted && provedAll.stopped === null ? 0 : graceMs / 2);
    const rewordings = [...inOtherWords.variants, ...(asked?.variants() ?? [])];
    const judged = await judge(rewordings, provedAll, { judging, options, outOfTime });
    await judging?.close();
    const own = ownStatements({ proved: provedAll, candidates: provedAll.candidates }, rewordings, judged.proved);
    const model = variantCosts(provedAll, judged.proved);
    const chooseFrom = (from: readonly Candidate[]) =>
      choose({
        proved: own.proved,
        judged: judged.proved,
        model,
        input: (todaysCosts) => selectInput(from, own.proved, { snapshot, options, outOfTime, model, todaysCosts, judged: judged.proved }),
      });
    const resultOf = (choice: Choice): AuditResult => ({
      snapshot,
      workload,
      proposed: { ...proposed, candidates: own.candidates, failures: [...proposed.failures, ...inOtherWords.failures] },
      proved: own.proved,
      selection: choice.selection,
      standing: choice.standing,
      stopped: provedAll.stopped ?? choice.stopped ?? stop.reason(),
      planner,
      measurer,
      options,
    });
    const withdrawFrom = { proved: own.proved, judged: judged.proved };
    const room = { candidates: own.candidates, choose: chooseFrom, resultOf, withdrawFrom };
    const { choice, measured, refuted } = await chooseByRunning(await chooseFrom(own.candidates), room);
    const result: AuditResult = { ...resultOf(choice), refuted };
    await options.onRewrites?.({
      variants: rewordings,
      judged,
      choice,
      proved: provedAll,
      leftAlone: inOtherWords.leftAlone,
      statements: new Set(workload.families.map(({ id }) => id)),
      failures: result.proposed.failures,
    });
    const report = await assemble(result, measured);
    const { parser } = tools;
    const rewritten = await withRewrites(report, { result, variants: rewordings, judged, choice, measured, parser });
    const remembered = withRecalled(rewritten, recalled, catalog);
    const tuned = await withTuning(remembered, result, tools, stop.check);
    return asked === null ? tuned : await asked.withModel(tuned);
  } finally {
    await asked?.close();
    await judging?.close();
    await measurer?.close();
    await planner.close();
  }
}

/** Null where no model is to be asked. */
function consulted(room: Omit<ConsultRoom, "agent" | "judge"> & { readonly judging: PairsJudge | null }): Consultant | null {
  const { agent } = room.tools;
  return agent ? consultant({ ...room, agent, judge: room.judging?.judge ?? null }) : null;
}

interface Judging {
  readonly judging: PairsJudge | null;
  readonly options: AuditOptions;
  readonly outOfTime: () => boolean;
}

async function judge(
  variants: readonly StatementVariant[],
  proved: Proved,
  { judging, options, outOfTime }: Judging,
): Promise<JudgedVariants> {
  if (judging === null) return { proved: new Map(), verdicts: new Map(), refused: new Map() };
  return judgeVariants({
    variants,
    proved,
    judge: judging.judge,
    stop() {
      if (outOfTime()) throw new AdvisorError("ABORTED", "The run ends before every rewrite is judged.");
    },
    onProgress: (done, total) => options.onProgress("equivalence", done, total),
  });
}
