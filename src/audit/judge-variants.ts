import type { FamilyCost, IndexSet } from "../contract/cost-model.ts";
import { bringsStatistics } from "../domain/brings-statistics.ts";
import { percent } from "../domain/units.ts";
import type { EquivalenceInput } from "../equivalence/prover.ts";
import type { Verdict } from "../equivalence/verdict.ts";
import { AdvisorError } from "../errors.ts";
import type { Proved } from "../prove/prove.ts";
import type { PlannableFamily } from "../prove/what-if.ts";
import { notProved, worthAChange } from "../rewrite/worth-a-change.ts";
import type { StatementVariant } from "./variants.ts";

/** A variant that gives the same rows, as a statement with costs. */
export interface ProvedVariant {
  readonly variant: StatementVariant;
  readonly planned: PlannableFamily;
  readonly verdict: Verdict;
  /** Its cost with the indexes of today. */
  readonly alone: number;
}

export interface JudgedVariants {
  /** By `QueryFamily.id` of the statement that they may stand for. */
  readonly proved: ReadonlyMap<string, readonly ProvedVariant[]>;
  readonly verdicts: ReadonlyMap<StatementVariant, Verdict>;
  /** Why the others are not among them. */
  readonly refused: ReadonlyMap<StatementVariant, string>;
}

export interface JudgeInput {
  readonly variants: readonly StatementVariant[];
  readonly proved: Proved;
  readonly judge: (pair: Pick<EquivalenceInput, "before" | "after" | "rule">) => Promise<Verdict>;
  /** Throws ABORTED when the run must end: what is judged by then counts. */
  readonly stop: () => void;
  readonly onProgress: (done: number, total: number) => void;
}

const { minGain, minCostSaved, aboutTheSame } = worthAChange;
/** Rewrites whose equivalence is judged, those that save most first. */
const mostJudged = 20;
const today: IndexSet = { show: new Set(), hide: [] };

/**
 * Judges the variants that could pay: those cheaper than the statement is with the indexes of today, or with every candidate there.
 * What the statement saves by the same indexes counts for it. The ones that could save most are judged first.
 */
export async function judgeVariants(input: JudgeInput): Promise<JudgedVariants> {
  const refused = new Map<StatementVariant, string>();
  const verdicts = new Map<StatementVariant, Verdict>();
  const kept = new Map<string, (Promising & { verdict: Verdict })[]>();
  try {
    const promising = (await promisingOf(input, refused)).toSorted(
      (a, b) => b.saving - a.saving || a.variant.rules.length - b.variant.rules.length || (a.variant.after < b.variant.after ? -1 : 1),
    );
    for (const each of promising) {
      const { variant } = each;
      if (kept.get(variant.of)?.some((other) => other.alone <= each.alone && other.indexed <= each.indexed)) {
        refused.set(variant, "Another rewrite of the statement saves at least as much.");
        continue;
      }
      if (verdicts.size >= mostJudged) {
        refused.set(variant, `Not judged: ${mostJudged} others save more.`);
        continue;
      }
      input.stop();
      input.onProgress(verdicts.size, Math.min(promising.length, mostJudged));
      const vouching = variant.rules.length === 0 ? {} : { rule: { id: variant.rules.join(" + "), assumptions: variant.assumes } };
      const verdict = await input.judge({ before: variant.before, after: variant.after, ...vouching });
      verdicts.set(variant, verdict);
      if (verdict.verdict === "proved") kept.set(variant.of, [...(kept.get(variant.of) ?? []), { ...each, verdict }]);
      else refused.set(variant, notProved(verdict));
    }
  } catch (error) {
    if (!(error instanceof AdvisorError) || error.code !== "ABORTED") throw error;
    for (const variant of input.variants)
      if (!verdicts.has(variant) && !refused.has(variant)) refused.set(variant, "Not judged: the run stopped before its turn.");
  }
  return { proved: kept, verdicts, refused };
}

interface Promising {
  readonly variant: StatementVariant;
  readonly planned: PlannableFamily;
  /** Its cost with the indexes of today, and with every candidate. */
  readonly alone: number;
  readonly indexed: number;
  /** Cost units over the whole workload. */
  readonly saving: number;
}

async function promisingOf({ variants, proved, stop }: JudgeInput, refused: Map<StatementVariant, string>): Promise<Promising[]> {
  const everything: IndexSet = { show: new Set(proved.prepared.keys()), hide: [] };
  const onExpression = indexesOnExpressions(proved);
  const found: Promising[] = [];
  for (const variant of variants) {
    stop();
    const original = proved.families.get(variant.of);
    const planned = variant.family && proved.families.get(variant.family.id);
    if (variant.family === null) {
      const advice = "Advice for the application: it does not give the same result, so it is not proved.";
      refused.set(variant, variant.contract === "different-contract" ? advice : "The rewritten statement cannot be written as SQL.");
      continue;
    }
    if (!original || !planned) {
      const why = proved.unplannable.find(({ sql }) => sql === (original ? variant.after : variant.before))?.detail;
      refused.set(variant, `The planner cannot plan it: ${why ?? "the run stopped before its turn"}`);
      continue;
    }
    if (planned.typical.kind !== original.typical.kind) {
      refused.set(variant, "The planner cannot plan it with the values that the statement is planned with.");
      continue;
    }
    const costOf = async (id: string, set: IndexSet) => (await proved.costs.cost(id, set)).cost;
    const [before, alone] = [await costOf(variant.of, today), await costOf(planned.family.id, today)];
    const [asItIs, rewritten] = [await proved.costs.cost(variant.of, everything), await proved.costs.cost(planned.family.id, everything)];
    const [withIndexes, indexed] = [asItIs.cost, rewritten.cost];
    const saved = Math.max(worth(before, alone), worth(withIndexes, indexed));
    if (saved > 0) found.push({ variant, planned, alone, indexed, saving: saved * original.family.load.calls });
    else if (worth(before, alone) > 0 || worth(before, indexed) === 0) refused.set(variant, tooDear(before, alone));
    else refused.set(variant, isPlainAlternative({ asItIs, rewritten }, onExpression) ? plainAlternative : servedAsItIs);
  }
  return found;
}

const servedAsItIs = "With an index for it the statement as it is costs no more.";
const plainAlternative =
  "With an index on an expression the statement as it is costs no more. Alternative: in these words it costs about as little with an index on plain columns, which serves other conditions too.";
/** The statement needs an index on an expression for what its rewrite reaches without one. */
function isPlainAlternative(
  { asItIs, rewritten }: { readonly asItIs: FamilyCost; readonly rewritten: FamilyCost },
  onExpression: ReadonlySet<string>,
): boolean {
  const uses = ({ used }: FamilyCost) => [...used].some((id) => onExpression.has(id));
  return uses(asItIs) && !uses(rewritten) && rewritten.cost <= asItIs.cost * (1 + aboutTheSame);
}

/** Candidates with an expression among their keys. */
function indexesOnExpressions({ candidates }: Proved): ReadonlySet<string> {
  return new Set(candidates.flatMap(({ id, change }) => (change.kind === "create-index" && bringsStatistics(change.index) ? [id] : [])));
}

/** What is saved, 0 when it is not worth changing a statement for. */
function worth(before: number, after: number): number {
  const saved = before - after;
  return saved >= before * minGain && saved >= minCostSaved ? saved : 0;
}

function tooDear(before: number, after: number): string {
  if (after >= before) return "The planner does not find it cheaper.";
  return `It saves ${percent((before - after) / before)} of the cost: too little to change a statement for.`;
}
