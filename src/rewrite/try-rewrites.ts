import type { Node } from "@pgsql/types";
import type { Planner, WhatIf } from "../contract/planner.ts";
import type { OnProgress } from "../contract/progress.ts";
import type { IndexDefinition } from "../domain/candidate.ts";
import { percent } from "../domain/units.ts";
import type { Example, QueryFamily } from "../domain/workload.ts";
import type { EquivalenceInput } from "../equivalence/prover.ts";
import type { Verdict } from "../equivalence/verdict.ts";
import { type Priced, priceRewrite } from "./price-rewrite.ts";
import { type Proposed, proposalsOf, type Rulebook, type RuleFailure, rewrittenText, stepsFor } from "./propose-rewrites.ts";
import type { RewriteTrial } from "./trial.ts";
import { unifiedDiff } from "./unified-diff.ts";

export interface RewriteInput extends Rulebook {
  /** Statements with the bindings that can be planned, the typical one first. */
  readonly families: readonly { readonly family: QueryFamily; readonly examples: readonly Example[] }[];
  readonly planner: Planner;
  /** Indexes chosen already: a rewrite must pay beyond them. */
  readonly base: WhatIf;
  readonly judge: (input: EquivalenceInput) => Promise<Verdict>;
  readonly limits: RewriteLimits;
  readonly stop: () => void;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: OnProgress;
}

export interface RewriteLimits {
  /** Least part of the statement's cost, 0–1, and least cost units that a rewrite must save. */
  readonly minGain: number;
  readonly minCostSaved: number;
  /** Largest part by which another binding may get worse. */
  readonly maxRegression: number;
  /** Rewrites whose equivalence is judged, those that save most first. */
  readonly mostJudged: number;
  readonly judgeBudgetMs: number;
}

export const usualLimits: RewriteLimits = { minGain: 0.1, minCostSaved: 10, maxRegression: 0.1, mostJudged: 20, judgeBudgetMs: 3_000 };

/** Proposals priced per statement and step. */
const mostProposals = 24;

export interface Rewrites {
  readonly trials: readonly RewriteTrial[];
  /** Why a statement was left alone, by family. */
  readonly leftAlone: ReadonlyMap<string, string>;
  /** A rule that threw is a bug: named, and the run goes on. */
  readonly failures: readonly RuleFailure[];
}

/**
 * Every rewrite that the rules propose for the statements, priced by the planner alone and with the indexes it wants; those that are
 * cheaper are judged for equivalence. Sorted by family, recommended first. At most one per statement is recommended.
 */
export async function tryRewrites(input: RewriteInput): Promise<Rewrites> {
  const drafts: Draft[] = [];
  const leftAlone = new Map<string, string>();
  const failures: RuleFailure[] = [];
  for (const [position, { family, examples }] of input.families.entries()) {
    input.stop();
    input.onProgress("rewrite", position, input.families.length);
    const parsed = await input.parser.parse(family.sql);
    const statement = parsed.kind === "parsed" && parsed.statements.length === 1 ? parsed.statements[0]! : null;
    if (!statement) continue;
    const start: Step = { node: statement.node, rules: [], because: "", assumes: [], suggests: [] };
    let steps: Step[] = [start];
    let costToBeat = Number.POSITIVE_INFINITY;
    const deepest = stepsFor(statement.sql, statement.node);
    for (let depth = 0; depth < deepest && steps.length > 0; depth++) {
      const [from] = steps;
      const proposed = proposalsOf(from!.node, input, failures);
      if (typeof proposed === "string") {
        if (depth === 0) leftAlone.set(family.id, proposed);
        break;
      }
      const made: Draft[] = [];
      for (const { rule, proposal } of proposed.slice(0, mostProposals))
        made.push(await draftOf({ from: from!, rule, proposal, sql: statement.sql, root: statement.node }, { family, examples }, input));
      drafts.push(...made.filter((draft) => depth === 0 || costOf(draft) < costToBeat));
      const [best] = made.filter((draft) => draft.refused === null && costOf(draft) < costToBeat).toSorted((a, b) => costOf(a) - costOf(b));
      if (!best) break;
      costToBeat = Math.min(costOf(best) * (1 - input.limits.minGain), costOf(best) - input.limits.minCostSaved);
      steps = [best.step];
    }
  }
  return { trials: await judged(drafts, input), leftAlone, failures };
}

interface Step {
  readonly node: Node;
  readonly rules: readonly string[];
  readonly because: string;
  readonly assumes: readonly string[];
  readonly suggests: readonly IndexDefinition[];
}

interface Draft extends Omit<RewriteTrial, "verdict"> {
  readonly step: Step;
}

interface Making extends Proposed {
  readonly from: Step;
  readonly sql: string;
  readonly root: Node;
}

async function draftOf(
  { from, rule, proposal, sql, root }: Making,
  { family, examples }: RewriteInput["families"][number],
  input: RewriteInput,
): Promise<Draft> {
  const step: Step = {
    node: proposal.node,
    rules: [...from.rules, rule],
    because: from.because === "" ? proposal.because : `${from.because}; then ${proposal.because}`,
    assumes: [...new Set([...from.assumes, ...proposal.assumes])],
    suggests: [...from.suggests, ...(proposal.suggests ?? [])],
  };
  const after = await rewrittenText(sql, root, proposal.node, input.parser);
  const told = { family: family.id, rules: step.rules, because: step.because, assumes: step.assumes, contract: proposal.contract, step };
  const nothing = { before: sql, after: after ?? "", diff: "", indexes: step.suggests, cost: null };
  if (after === null) return { ...told, ...nothing, refused: "The rewritten statement cannot be written as SQL." };
  const texts = { before: sql, after, diff: unifiedDiff(sql, after) };
  if (proposal.contract === "different-contract")
    return { ...told, ...nothing, ...texts, refused: "Advice for the application: it does not give the same result, so it is not proved." };
  const priced = await priceRewrite({ after, suggests: step.suggests }, examples, input);
  return { ...told, ...texts, indexes: priced.indexes, cost: priced.cost, refused: whyNot(priced, input.limits) };
}

function whyNot({ cost, failure }: Priced, limits: RewriteLimits): string | null {
  if (cost === null) return `The planner cannot plan it: ${failure}`;
  const saved = cost.before - cost.after;
  if (saved <= 0) return "The planner does not find it cheaper.";
  if (saved < cost.before * limits.minGain || saved < limits.minCostSaved)
    return `It saves ${percent(saved / cost.before)} of the cost: too little to change a statement for.`;
  if (cost.worstRatio > 1 + limits.maxRegression) return `Other values make it worse: ${percent(cost.worstRatio - 1)} more cost at worst.`;
  return null;
}

function costOf(draft: Draft): number {
  return draft.cost?.after ?? Number.POSITIVE_INFINITY;
}

/** Judges the drafts that are cheaper, those that save most first; the first proved one of a statement is recommended. */
async function judged(drafts: readonly Draft[], input: RewriteInput): Promise<readonly RewriteTrial[]> {
  const calls = new Map(input.families.map(({ family }) => [family.id, family.load.calls]));
  const saving = (draft: Draft) => (draft.cost ? (draft.cost.before - draft.cost.after) * (calls.get(draft.family) ?? 1) : 0);
  const order = drafts.filter((draft) => draft.refused === null).toSorted((a, b) => saving(b) - saving(a) || (a.after < b.after ? -1 : 1));
  const verdicts = new Map<Draft, Verdict>();
  const settled = new Set<string>();
  const refusals = new Map<Draft, string>();
  let asked = 0;
  for (const draft of order) {
    if (settled.has(draft.family)) {
      refusals.set(draft, "Another rewrite of the statement saves more.");
      continue;
    }
    if (asked >= input.limits.mostJudged) {
      refusals.set(draft, `Not judged: ${input.limits.mostJudged} others save more.`);
      continue;
    }
    input.stop();
    input.onProgress("equivalence", asked, Math.min(order.length, input.limits.mostJudged));
    asked++;
    const verdict = await input.judge({
      before: draft.before,
      after: draft.after,
      snapshot: input.snapshot,
      rule: { id: draft.rules.join(" + "), assumptions: draft.assumes },
      parser: input.parser,
      seed: 1,
      budgetMs: input.limits.judgeBudgetMs,
      signal: input.signal,
    });
    verdicts.set(draft, verdict);
    if (verdict.verdict === "proved") settled.add(draft.family);
    else refusals.set(draft, notProved(verdict));
  }
  return drafts
    .map((draft, at): RewriteTrial => {
      const own = drafts[at]!;
      return { ...draft, verdict: verdicts.get(own) ?? null, refused: refusals.get(own) ?? draft.refused };
    })
    .toSorted((a, b) => (a.family === b.family ? rank(a) - rank(b) : a.family < b.family ? -1 : 1));
}

function rank(trial: RewriteTrial): number {
  if (trial.refused === null) return 0;
  return trial.contract === "different-contract" ? 2 : 1;
}

export function notProved(verdict: Verdict): string {
  switch (verdict.verdict) {
    case "different":
      return `Not the same: ${verdict.counterExample.explanation}`;
    case "unsupported":
      return `Equivalence cannot be judged: ${verdict.reason}`;
    case "tested":
      return "Tested without a difference, and no rule vouches for it.";
    case "proved":
      return "";
    default:
      return verdict satisfies never;
  }
}
