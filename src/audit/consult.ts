import { evidenceOf } from "../agent/evidence.ts";
import { refused } from "../agent/proposal-shape.ts";
import { type AgentBudget, askModel, type Tried } from "../agent/rounds.ts";
import type { LanguageModel } from "../contract/language-model.ts";
import type { Planner } from "../contract/planner.ts";
import type { AgentReport } from "../domain/agent.ts";
import type { Candidate } from "../domain/candidate.ts";
import type { Outcome, Proof } from "../domain/proof.ts";
import type { Report } from "../domain/report.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { TuningAdvice } from "../domain/tuning.ts";
import { percent } from "../domain/units.ts";
import type { Workload } from "../domain/workload.ts";
import { AdvisorError } from "../errors.ts";
import { parseViews, searchPathOf } from "../group/group.ts";
import type { ProveAgain } from "../prove/prove.ts";
import type { PlannableFamily } from "../prove/what-if.ts";
import { catalogView } from "../rule/catalog-view.ts";
import type { AuditOptions, AuditTools } from "./audit.ts";
import type { PairsJudge } from "./judge-once.ts";
import { tryModelRewrite } from "./model-rewrite.ts";
import { tryModelStatistics } from "./model-statistics.ts";
import { inModelWords } from "./model-words.ts";
import type { StatementVariant } from "./variants.ts";

/** What asking a language model takes besides the audit's tools. */
export interface AgentTools {
  readonly openModel: () => Promise<LanguageModel>;
  /** For the report, should it not open. */
  readonly name: string;
  readonly budget: AgentBudget;
  /** It also writes the explanations. */
  readonly words: boolean;
}

export interface ConsultRoom {
  readonly agent: AgentTools;
  readonly tools: AuditTools;
  readonly options: AuditOptions;
  readonly snapshot: Snapshot;
  readonly workload: Workload;
  readonly planner: Planner;
  /** Null where rewrites are not looked at. */
  readonly judge: PairsJudge["judge"] | null;
  /** What helped statements like this one, in words. */
  readonly near: (family: string) => readonly string[];
  readonly stop: () => void;
}

/** Somebody with a language model, called in once the rules' candidates are proved. */
export interface Consultant {
  ask(again: ProveAgain): Promise<void>;
  /** Rewrites that it proposed and that can be planned. */
  variants(): readonly StatementVariant[];
  /** The report with what the model was asked and what came of it. */
  withModel(report: Report): Promise<Report>;
  close(): Promise<void>;
}

/** A statement for which rules save this part of the cost, 0–1, needs no model. */
const servedWell = 0.5;
/** Cheaper statements read a few pages: nothing is left to save. */
const leastCost = 100;
const today = { show: new Set<string>(), hide: [] };

export function consultant(room: ConsultRoom): Consultant {
  const variants: StatementVariant[] = [];
  const advice: TuningAdvice[] = [];
  let said: Omit<AgentReport, "kept"> | null = null;
  let asked: LanguageModel | null = null;
  return {
    async ask(again) {
      const model = await opened(room.agent);
      if ("ended" in model) {
        said = model;
        return;
      }
      asked = model;
      said = await askModel(await agentInput(model, again, { room, variants, advice }));
      // A run that must end is told so as soon as what the model said is kept.
      room.stop();
    },
    variants: () => variants,
    async withModel(report) {
      if (said === null) return report;
      const told = withAgent(report, said, advice);
      if (!room.agent.words || asked === null || said.ended !== null) return told;
      const { recommendations, ...words } = await inModelWords(told, asked, room.options.signal);
      return { ...told, recommendations, ...(told.agent ? { agent: { ...told.agent, words } } : {}) };
    },
    close: async () => asked?.close(),
  };
}

/** A model that cannot be opened costs nothing but its proposals. */
async function opened({ openModel, name }: AgentTools): Promise<LanguageModel | Omit<AgentReport, "kept">> {
  try {
    return await openModel();
  } catch (error) {
    if (!(error instanceof AdvisorError) || error.code === "ABORTED" || error.code === "INTERNAL") throw error;
    const nothing = {
      statements: 0,
      rounds: 0,
      requests: 0,
      promptTokens: 0,
      completionTokens: 0,
      seconds: 0,
      proposed: 0,
      proved: 0,
      unusable: 0,
    };
    return { model: name, where: "nowhere", ...nothing, refused: {}, ended: `it could not be opened: ${error.message}` };
  }
}

interface Gathering {
  readonly room: ConsultRoom;
  readonly variants: StatementVariant[];
  readonly advice: TuningAdvice[];
}

async function agentInput(model: LanguageModel, again: ProveAgain, { room, variants, advice }: Gathering) {
  const { snapshot, tools, options, workload, stop } = room;
  const catalog = catalogView(snapshot.catalog);
  const names = { searchPath: searchPathOf(snapshot), viewTrees: await parseViews(snapshot.catalog, tools.parser) };
  const context = { ...room, model: model.id, names, again };
  return {
    model,
    budget: room.agent.budget,
    families: wanting(again, workload).map(({ family }) => family),
    catalog,
    names,
    parser: tools.parser,
    known: new Set(again.candidates.map(({ id }) => id)),
    stop,
    signal: options.signal,
    onProgress: (done: number, total: number) => options.onProgress("model", done, total),
    evidence: async ({ id }: { readonly id: string }) => {
      const { family, typical } = again.families.get(id)!;
      const plan = await again.costs.planOf(family, typical, today);
      const tried = triedFor(id, again);
      return evidenceOf({ family, plan, catalog, tried, near: room.near(id), withValues: options.withValues });
    },
    prove: async (candidates: readonly Candidate[]) => {
      const proofs = await again.prove(candidates);
      return new Map(candidates.map((candidate) => [candidate.id, bestOf(candidate, proofs)] as const));
    },
    tryRewrite: (family: PlannableFamily["family"], sql: string) => tryModelRewrite(family, sql, context, variants),
    tryStatistics: (family: PlannableFamily["family"], wish: Parameters<typeof tryModelStatistics>[1]) =>
      tryModelStatistics(family, wish, context, advice),
  };
}

/** Statements that rules did not serve well, those that could save most first. */
function wanting(again: ProveAgain, { families }: Workload): readonly PlannableFamily[] {
  const saved = new Map<string, number>();
  for (const { family, outcome } of again.proofs) saved.set(family, Math.max(saved.get(family) ?? 0, savedBy(outcome)));
  const open = families.flatMap(({ id }) => again.families.get(id) ?? []);
  const gain = ({ family, baselineCost }: PlannableFamily) => family.load.calls * baselineCost * (1 - (saved.get(family.id) ?? 0));
  return open
    .filter(({ family, baselineCost }) => family.scans.length > 0 && baselineCost >= leastCost && (saved.get(family.id) ?? 0) < servedWell)
    .toSorted((a, b) => gain(b) - gain(a) || (a.family.id < b.family.id ? -1 : 1));
}

/** Part of the typical binding's cost, 0–1. */
function savedBy(outcome: Outcome): number {
  const [typical] = outcome.kind === "estimated" ? outcome.bindings : [];
  return typical && typical.costBefore > 0 ? Math.max(0, 1 - typical.costAfter / typical.costBefore) : 0;
}

function triedFor(id: string, { candidates, proofs }: ProveAgain) {
  const outcomes = new Map(proofs.filter(({ family }) => family === id).map(({ candidate, outcome }) => [candidate, outcome]));
  return candidates
    .flatMap((candidate) => {
      const outcome = outcomes.get(candidate.id);
      return outcome ? [{ candidate, outcome: wordsOf(outcome), saved: savedBy(outcome) }] : [];
    })
    .toSorted((a, b) => b.saved - a.saved || (a.candidate.id < b.candidate.id ? -1 : 1));
}

function wordsOf(outcome: Outcome): string {
  if (outcome.kind === "estimated") return `saves ${percent(savedBy(outcome))} of the cost`;
  return outcome.kind === "measured" ? "measured" : outcome.detail;
}

/** On the statement it was proposed for. */
function bestOf({ id, helps }: Candidate, proofs: readonly Proof[]): Tried {
  const own = proofs.filter(({ candidate, family }) => candidate === id && helps.includes(family)).map(({ outcome }) => outcome);
  const proved = own.find((outcome) => outcome.kind === "estimated");
  if (proved) return { kind: "proved", cheaper: savedBy(proved), words: wordsOf(proved) };
  const [first] = own;
  if (!first) return refused("unproved", "the statement cannot be planned");
  return refused(first.kind === "inconclusive" ? "not-creatable" : "no-gain", wordsOf(first));
}

function withAgent(report: Report, said: Omit<AgentReport, "kept">, advice: readonly TuningAdvice[]): Report {
  const known = new Set(report.tuning?.advice.map(({ apply }) => apply.join("\n")));
  const added = advice.filter(({ apply }) => !known.has(apply.join("\n")));
  const kept = report.recommendations.filter(({ candidate }) => candidate.proposedBy.some(({ kind }) => kind === "model")).length;
  return {
    ...report,
    agent: { ...said, kept: kept + added.length },
    ...(report.tuning && added.length > 0 ? { tuning: { ...report.tuning, advice: [...report.tuning.advice, ...added] } } : {}),
  };
}
