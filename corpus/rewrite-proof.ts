import { snapshotOf } from "../models/training/snapshot-of.ts";
import { shapeText } from "../src/access-shape/shape-text.ts";
import type { Plan } from "../src/domain/plan.ts";
import type { EquivalenceProver } from "../src/equivalence/prover.ts";
import { group } from "../src/group/group.ts";
import { catalogView } from "../src/rule/catalog-view.ts";
import { openShadowPlanner } from "../src/shadow/shadow-planner.ts";
import type { SqlParser } from "../src/syntax/parse-sql.ts";

/** What the prover and the planner say of one statement in place of another. */
export interface RewriteProof {
  readonly before: Plan;
  readonly after: Plan;
  /** Words of the first statement's access path. */
  readonly shape: string;
  readonly planner: string;
  /** Why the rewrite is refused; null: same rows, and cheaper by a fifth. */
  readonly because: string | null;
}

/** A rewrite that saves less is not worth a change of code. */
const leastGain = 0.2;
/** For one pair; the databases that show a difference mostly come first. */
const judgeBudgetMs = 1_500;

/** Proves a rewrite from its own text; null when one of the statements cannot be planned. */
export async function proveRewrite(
  { schema, before, after }: { readonly schema: string; readonly before: string; readonly after: string },
  { parser, prover }: { readonly parser: SqlParser; readonly prover: EquivalenceProver },
): Promise<RewriteProof | null> {
  const snapshot = await snapshotOf(parser, schema, [before]);
  const [family] = (await group(snapshot, parser)).families;
  const planner = await openShadowPlanner(snapshot);
  try {
    const today = await planner.plan(before, { show: [], hide: [] });
    const then = await planner.plan(after, { show: [], hide: [] });
    if (!family || today.kind === "failed" || then.kind === "failed") return null;
    const verdict = await prover.judge({ before, after, snapshot, parser, seed: 1, budgetMs: judgeBudgetMs });
    const gain = 1 - then.plan.root.totalCost / today.plan.root.totalCost;
    const because =
      verdict.verdict === "different"
        ? `It is another statement: ${verdict.counterExample.kind === "rows" ? "other rows" : verdict.counterExample.kind} on data that the schema allows.`
        : verdict.verdict === "unsupported"
          ? "It could not be judged."
          : gain < leastGain
            ? gain <= 0
              ? "The planner finds it no cheaper."
              : "It saves less than a fifth of the planner's cost."
            : null;
    return {
      before: today.plan,
      after: then.plan,
      shape: shapeText(family, today.plan, catalogView(snapshot.catalog)),
      planner: planner.description,
      because,
    };
  } finally {
    await planner.close();
  }
}
