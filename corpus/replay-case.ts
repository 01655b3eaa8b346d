import { snapshotOf } from "../models/training/snapshot-of.ts";
import type { IndexDefinition } from "../src/domain/candidate.ts";
import { createIndexSql } from "../src/domain/index-sql.ts";
import type { ProvenCase } from "../src/domain/proven-case.ts";
import type { EquivalenceProver } from "../src/equivalence/prover.ts";
import { indexesUsed } from "../src/parse/read-plan.ts";
import { openShadowPlanner } from "../src/shadow/shadow-planner.ts";
import type { SqlParser } from "../src/syntax/parse-sql.ts";
import { proveRewrite } from "./rewrite-proof.ts";

/** Costs of the same schema on the same planner are the same to the cent; another release of it may round otherwise. */
const tolerance = 0.02;

/** What proves again. The prover boots a database when it is first asked. */
export interface ReplayTools {
  readonly parser: SqlParser;
  readonly prover: EquivalenceProver;
}

/** Proves a case again from its own text; null when the proof holds, else what no longer does. */
export async function replayCase(tools: ReplayTools, proven: ProvenCase): Promise<string | null> {
  return proven.index === null ? replayRewrite(tools, proven) : replayIndex(tools, proven, proven.index);
}

async function replayRewrite(tools: ReplayTools, proven: ProvenCase): Promise<string | null> {
  const found = await proveRewrite({ schema: proven.schema, before: proven.statement, after: proven.change }, tools);
  if (found === null) return "a statement cannot be planned";
  if (found.because !== proven.because) return `${found.because ?? "it helps"} (the case says: ${proven.because ?? "it helps"})`;
  return costsDiffer([
    [found.before.root.totalCost, proven.before.totalCost],
    [found.after.root.totalCost, proven.after.totalCost],
  ]);
}

async function replayIndex({ parser }: ReplayTools, proven: ProvenCase, index: IndexDefinition): Promise<string | null> {
  if (createIndexSql(index) !== proven.change) return "its DDL is not its index";
  const planner = await openShadowPlanner(await snapshotOf(parser, proven.schema, []));
  try {
    const made = await planner.prepare("case", index);
    if (made.kind === "refused") return `the index cannot be made: ${made.message}`;
    const before = await planner.plan(proven.statement, { show: [], hide: [] });
    const after = await planner.plan(proven.statement, { show: ["case"], hide: [] });
    if (before.kind === "failed" || after.kind === "failed") return "the statement cannot be planned";
    const differ = costsDiffer([
      [before.plan.root.totalCost, proven.before.totalCost],
      [after.plan.root.totalCost, proven.after.totalCost],
    ]);
    if (differ !== null) return differ;
    const used = [...indexesUsed(after.plan)].includes(made.name);
    const gain = 1 - after.plan.root.totalCost / before.plan.root.totalCost;
    if (proven.verdict === "helps" && (!used || gain < 0.2))
      return used ? `it saves only ${(gain * 100).toFixed(1)} %` : "the planner does not use it";
    if (proven.verdict === "refused" && used && gain >= 0.2) return `refused, yet it saves ${(gain * 100).toFixed(1)} %`;
    return null;
  } finally {
    await planner.close();
  }
}

function costsDiffer(pairs: readonly (readonly [found: number, expected: number])[]): string | null {
  for (const [found, expected] of pairs)
    if (Math.abs(found - expected) > tolerance * Math.max(1, expected)) return `cost ${found.toFixed(2)}, not ${expected.toFixed(2)}`;
  return null;
}
