import { refused } from "../agent/proposal-shape.ts";
import type { Tried } from "../agent/rounds.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { cost, percent } from "../domain/units.ts";
import type { QueryFamily } from "../domain/workload.ts";
import { findRule } from "../equivalence/find-rule.ts";
import type { Verdict } from "../equivalence/verdict.ts";
import { type VariantContext, variantFamily } from "../group/variant-family.ts";
import type { ProveAgain } from "../prove/prove.ts";
import { unifiedDiff } from "../rewrite/unified-diff.ts";
import { worthAChange } from "../rewrite/worth-a-change.ts";
import type { AuditTools } from "./audit.ts";
import type { PairsJudge } from "./judge-once.ts";
import type { StatementVariant } from "./variants.ts";

interface RewriteContext {
  readonly model: string;
  readonly tools: AuditTools;
  readonly snapshot: Snapshot;
  readonly names: VariantContext["names"];
  readonly again: ProveAgain;
  readonly judge: PairsJudge["judge"] | null;
}

const { minGain, minCostSaved } = worthAChange;

/**
 * Plans a model's rewrite, and judges it when it is cheaper. Only what a rule of ours vouches for counts as proved: what was tested
 * without a difference is told as such. What can be planned goes to `variants`, so that the report lists it with the reason.
 */
export async function tryModelRewrite(
  family: QueryFamily,
  sql: string,
  context: RewriteContext,
  variants: StatementVariant[],
): Promise<Tried> {
  const { again, snapshot, names, judge } = context;
  const { parser, rewrites } = context.tools;
  if (!rewrites || judge === null) return refused("unproved", "rewrites are not looked at in this run");
  const described = await variantFamily(family, { id: `${family.id}/model-${variants.length + 1}`, sql }, { snapshot, parser, names });
  if (described === null) return refused("unreadable", "it cannot be parsed");
  await again.prove([], [described]);
  const [original, planned] = [again.families.get(family.id), again.families.get(described.id)];
  if (!original || !planned) return refused("not-creatable", "PostgreSQL cannot plan it");
  const rule = await findRule(family.sql, sql, { rules: rewrites.rules, snapshot, parser });
  variants.push({
    rules: rule === null ? [] : [rule.id],
    because: "the model proposed it",
    assumes: rule?.assumptions ?? [],
    contract: "same-result",
    suggests: [],
    before: family.sql,
    after: sql,
    diff: unifiedDiff(family.sql, sql),
    of: family.id,
    family: described,
    model: context.model,
  });
  const saved = original.baselineCost - planned.baselineCost;
  if (saved < original.baselineCost * minGain || saved < minCostSaved)
    return refused("no-gain", `it costs ${cost(planned.baselineCost)}, the statement ${cost(original.baselineCost)}`);
  const verdict = await judge({ before: family.sql, after: sql, ...(rule === null ? {} : { rule }) });
  const cheaper = saved / original.baselineCost;
  return verdict.verdict === "proved" ? { kind: "proved", cheaper, words: `saves ${percent(cheaper)} of the cost` } : refusal(verdict);
}

/** In words of ours: a counter-example is made of values that the statement compares with. */
function refusal(verdict: Exclude<Verdict, { verdict: "proved" }>): Tried {
  switch (verdict.verdict) {
    case "different": {
      const { kind } = verdict.counterExample;
      const what = {
        rows: "it gives other rows",
        order: "it gives the rows in another order",
        error: "one of the two fails",
        contract: "it gives other columns",
      };
      return refused("not-the-same", what[kind]);
    }
    case "tested":
      return refused("unproved", `no difference showed on ${verdict.tests.databases} databases, but no rule vouches for it`);
    case "unsupported":
      return refused("unproved", "whether it gives the same rows cannot be judged");
    default:
      return verdict satisfies never;
  }
}
