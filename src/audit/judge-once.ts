import type { Snapshot } from "../domain/snapshot.ts";
import type { EquivalenceInput, EquivalenceProver } from "../equivalence/prover.ts";
import type { Verdict } from "../equivalence/verdict.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";

/** Per rewrite: a whole audit asks about many, and most differences show in the first databases (docs/benchmarks.md). */
const judgeBudgetMs = 1_500;

/** Judges each pair of statements once; the prover is booted for the first. */
export interface PairsJudge {
  judge(pair: Pick<EquivalenceInput, "before" | "after" | "rule">): Promise<Verdict>;
  /** Gives its memory back; it may be asked again. */
  close(): Promise<void>;
}

export function judgeOnce(
  openProver: () => EquivalenceProver,
  shared: { readonly snapshot: Snapshot; readonly parser: SqlParser; readonly signal: AbortSignal },
): PairsJudge {
  let prover: EquivalenceProver | null = null;
  const verdicts = new Map<string, Promise<Verdict>>();
  return {
    judge(pair) {
      const key = JSON.stringify([pair.before, pair.after, pair.rule?.id ?? null]);
      prover ??= openProver();
      const verdict = verdicts.get(key) ?? prover.judge({ ...pair, ...shared, seed: 1, budgetMs: judgeBudgetMs });
      verdicts.set(key, verdict);
      return verdict;
    },
    async close() {
      await prover?.close();
      prover = null;
    },
  };
}
