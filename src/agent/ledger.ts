import type { LanguageModel, ModelUsage } from "../contract/language-model.ts";
import type { AgentReport } from "../domain/agent.ts";
import type { RefusalClass } from "./proposal-shape.ts";
import type { AgentBudget } from "./rounds.ts";

/** An answer with fewer tokens left says nothing whole. */
const fewestTokens = 64;
/** Answers in a row without anything usable, after which a model is not asked again. */
const mostUnusable = 3;

/** Counts what a model is asked and what came of it, and says when a budget is spent. */
export function startLedger({ id, description }: Pick<LanguageModel, "id" | "description">, budget: AgentBudget) {
  let asked = { promptTokens: 0, completionTokens: 0, requests: 0 };
  let [statements, rounds, proposed, proved, unusable, inARow, waitedMs] = [0, 0, 0, 0, 0, 0, 0];
  let ended: string | null = null;
  const refused = new Map<string, number>();
  const tokensLeft = () => budget.tokens - asked.promptTokens - asked.completionTokens;
  return {
    tokensLeft,
    hasMore(): boolean {
      if (ended === null && tokensLeft() < fewestTokens) ended = `its budget of ${budget.tokens} tokens is spent`;
      if (ended === null && inARow >= mostUnusable) ended = `${mostUnusable} answers in a row could not be used`;
      return ended === null;
    },
    async timed<T>(work: () => Promise<T>): Promise<T> {
      const from = performance.now();
      try {
        return await work();
      } finally {
        waitedMs += performance.now() - from;
      }
    },
    answer(usage: ModelUsage, isUnusable: boolean) {
      asked = {
        promptTokens: asked.promptTokens + usage.promptTokens,
        completionTokens: asked.completionTokens + usage.completionTokens,
        requests: asked.requests + usage.requests,
      };
      if (rounds === 0) statements++;
      inARow = isUnusable ? inARow + 1 : 0;
      unusable += isUnusable ? 1 : 0;
    },
    round(number: number) {
      rounds = number;
    },
    /** Null: it was proved. */
    proposal(because: RefusalClass | null) {
      proposed++;
      if (because === null) proved++;
      else refused.set(because, (refused.get(because) ?? 0) + 1);
    },
    end(why: string) {
      ended = why;
    },
    report(): Omit<AgentReport, "kept"> {
      const counts = Object.fromEntries([...refused].toSorted(([a], [b]) => (a < b ? -1 : 1)));
      const seconds = Math.round(waitedMs) / 1000;
      return { model: id, where: description, statements, rounds, ...asked, seconds, proposed, proved, refused: counts, unusable, ended };
    },
  };
}
