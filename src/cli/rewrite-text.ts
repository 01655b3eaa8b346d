import { createIndexSql } from "../domain/index-sql.ts";
import { change, cost, percent, plural } from "../domain/units.ts";
import type { TestSummary } from "../equivalence/verdict.ts";
import type { RewriteTrial } from "../rewrite/trial.ts";
import type { RewriteRun } from "../wire-rewrite.ts";

/** What was found about one statement, for a terminal: recommended first, then advice, then the rest with its reasons. */
export function rewriteText(run: RewriteRun): string {
  const recommended = run.trials.filter((trial) => trial.refused === null);
  const others = run.trials.filter((trial) => trial.refused !== null);
  const head =
    run.trials.length === 0
      ? [run.leftAlone === null ? "No rule has a rewrite for this statement." : `Left alone: ${run.leftAlone}.`]
      : [recommended.length === 0 ? "No rewrite is recommended." : `${plural(recommended.length, "rewrite")} recommended.`];
  const counted = new Set(recommended.flatMap((trial) => trial.indexes.map((index) => createIndexSql(index))));
  const besides = run.indexes.map((index) => createIndexSql(index)).filter((sql) => !counted.has(sql));
  const sections = [
    [...head, `Costs are estimates: ${run.planner}.`],
    ...recommended.map((trial) => [`Recommended: ${trial.rules.join(", ")}`, ...trialLines(trial, true)]),
    ...others.map((trial) => [`Not recommended: ${trial.rules.join(", ")}`, `  ${trial.refused ?? ""}`, ...trialLines(trial, false)]),
    ...(besides.length === 0 ? [] : [["Indexes that serve it besides, chosen in the same search:", ...besides.map((sql) => `  ${sql};`)]]),
    ...run.failures.map(({ rule, error }) => [`Rule ${rule} failed, which is a fault in Plansmith: ${String(error)}`]),
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

function trialLines(trial: RewriteTrial, full: boolean): string[] {
  const lines: string[] = [];
  if (trial.cost) {
    const { before, after, worstRatio, bindings } = trial.cost;
    const worst = bindings.length > 1 ? `, at worst ${percent(worstRatio)} of today's over ${bindings.length} bindings` : "";
    lines.push(`  cost ${cost(before)} → ${cost(after)} (${change(before, after)})${worst}`);
  }
  lines.push(`  ${trial.because}`);
  const { verdict } = trial;
  if (verdict?.verdict === "proved") lines.push(`  proved: the rule's preconditions hold, and ${testWords(verdict.tests)}`);
  if (verdict?.verdict === "different") lines.push(...verdict.counterExample.script.split("\n").map((line) => `  | ${line}`));
  lines.push(...trial.assumes.map((each) => `  assumes: ${each}`));
  lines.push(...trial.indexes.map((index) => `  together with: ${createIndexSql(index)};`));
  if (full || trial.contract === "different-contract") lines.push("", ...trial.diff.split("\n").map((line) => `  ${line}`));
  return lines;
}

function testWords(tests: TestSummary): string {
  const score =
    tests.mutation === null ? "" : ` that tell ${tests.mutation.killed} of ${tests.mutation.mutants} single changes of it apart`;
  return `no difference in ${plural(tests.databases, "database")} of hostile rows${score}`;
}

/** The same for programs: every field in every answer. */
export function rewriteJson(run: RewriteRun): unknown {
  return {
    planner: run.planner,
    leftAlone: run.leftAlone,
    indexes: run.indexes.map((index) => createIndexSql(index)),
    rewrites: run.trials.map((trial) => ({
      rules: trial.rules,
      recommended: trial.refused === null,
      reason: trial.refused,
      because: trial.because,
      contract: trial.contract,
      assumes: trial.assumes,
      verdict: trial.verdict?.verdict ?? null,
      tests: trial.verdict && "tests" in trial.verdict ? trial.verdict.tests : null,
      counterExample: trial.verdict?.verdict === "different" ? trial.verdict.counterExample : null,
      cost:
        trial.cost === null
          ? null
          : { before: trial.cost.before, after: trial.cost.after, worstRatio: trial.cost.worstRatio, bindings: trial.cost.bindings },
      indexes: trial.indexes.map((index) => createIndexSql(index)),
      before: trial.before,
      after: trial.after,
      diff: trial.diff,
    })),
    failures: run.failures.map(({ rule, error }) => ({ rule, error: String(error) })),
  };
}
