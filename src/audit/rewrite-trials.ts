import type { IndexDefinition } from "../domain/candidate.ts";
import type { Proved } from "../prove/prove.ts";
import type { RuleFailure } from "../rewrite/propose-rewrites.ts";
import type { RewriteTrial } from "../rewrite/trial.ts";
import { type Choice, chosenSet } from "./choose.ts";
import type { JudgedVariants } from "./judge-variants.ts";
import { comparedUnder } from "./standing-variants.ts";
import type { StatementVariant } from "./variants.ts";

/** What an audit found out about statements in other words, before a report is made of it. */
export interface RewritesFound {
  readonly variants: readonly StatementVariant[];
  readonly judged: JudgedVariants;
  readonly choice: Choice;
  /** Of the statements and their variants. */
  readonly proved: Proved;
  /** `QueryFamily.id`s of the workload. */
  readonly statements: ReadonlySet<string>;
  /** `{QueryFamily.id → why no rule may touch the statement}`. */
  readonly leftAlone: ReadonlyMap<string, string>;
  /** Rules that threw. */
  readonly failures: readonly RuleFailure[];
}

/** Every rewrite with its verdict, its cost and why it is not recommended; sorted by statement, recommended first, advice last. */
export async function rewriteTrials(found: RewritesFound): Promise<readonly RewriteTrial[]> {
  const { variants, judged, choice } = found;
  const late = new Map([...choice.refused].map(([{ variant }, reason]) => [variant, reason]));
  const stands = new Set([...choice.standing.values()].map(({ variant }) => variant));
  const trials: RewriteTrial[] = [];
  for (const variant of variants) {
    // Steps that follow on one another are told as one when they were judged; those that were only dearer say nothing new.
    if (variant.rules.length > 1 && !judged.verdicts.has(variant) && !late.has(variant)) continue;
    const { rules, because, assumes, contract, before, after, diff } = variant;
    const refused = late.get(variant) ?? judged.refused.get(variant) ?? "the run stopped before its turn.";
    trials.push({
      family: variant.of,
      rules,
      because,
      assumes,
      contract,
      before,
      after,
      diff,
      ...(await costsOf(variant, found)),
      verdict: judged.verdicts.get(variant) ?? null,
      refused: stands.has(variant) ? null : refused,
    });
  }
  return trials.toSorted((a, b) => (a.family === b.family ? rank(a) - rank(b) : a.family < b.family ? -1 : 1));
}

/** Indexes that the search chose for the statements themselves, and not for what else it watches over, in its order. */
export function chosenIndexes({ choice, statements }: RewritesFound): readonly IndexDefinition[] {
  return (choice.selection?.chosen ?? []).flatMap(({ candidate: { change }, usedBy }) =>
    change.kind === "create-index" && usedBy.some((id) => statements.has(id)) ? [change.index] : [],
  );
}

/** A rewrite that stands is compared with the chosen indexes in place, any other with those of today; no cost for what was not planned. */
async function costsOf(variant: StatementVariant, { proved, choice }: RewritesFound): Promise<Pick<RewriteTrial, "cost" | "indexes">> {
  const planned = variant.family && proved.families.get(variant.family.id);
  if (!planned || !proved.families.has(variant.of)) return { cost: null, indexes: variant.suggests };
  const standing = choice.standing.get(variant.of);
  const stands = standing?.variant === variant;
  const set = choice.selection && stands ? chosenSet(choice.selection) : { show: new Set<string>(), hide: [] };
  const { before, after, worstRatio, bindings } = stands ? standing : await comparedUnder({ variant, planned }, { proved, set });
  const indexes = (choice.selection?.chosen ?? []).flatMap(({ candidate: { id, change } }) =>
    stands && standing.needs.has(id) && change.kind === "create-index" ? [change.index] : [],
  );
  return { cost: { before, after, worstRatio, bindings }, indexes };
}

function rank(trial: RewriteTrial): number {
  if (trial.refused === null) return 0;
  return trial.contract === "different-contract" ? 2 : 1;
}
