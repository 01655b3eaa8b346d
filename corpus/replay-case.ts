import { snapshotOf } from "../models/training/snapshot-of.ts";
import { createIndexSql } from "../src/domain/index-sql.ts";
import type { ProvenCase } from "../src/domain/proven-case.ts";
import { indexesUsed } from "../src/parse/read-plan.ts";
import { openShadowPlanner } from "../src/shadow/shadow-planner.ts";
import type { SqlParser } from "../src/syntax/parse-sql.ts";

/** Costs of the same schema on the same planner are the same to the cent; another release of it may round otherwise. */
const tolerance = 0.02;

/** Proves a case again from its own text; null when the proof holds, else what no longer does. */
export async function replayCase(parser: SqlParser, proven: ProvenCase): Promise<string | null> {
  const { index } = proven;
  if (index === null) return "it has no index to make";
  if (createIndexSql(index) !== proven.change) return "its DDL is not its index";
  const planner = await openShadowPlanner(await snapshotOf(parser, proven.schema, []));
  try {
    const made = await planner.prepare("case", index);
    if (made.kind === "refused") return `the index cannot be made: ${made.message}`;
    const before = await planner.plan(proven.statement, { show: [], hide: [] });
    const after = await planner.plan(proven.statement, { show: ["case"], hide: [] });
    if (before.kind === "failed" || after.kind === "failed") return "the statement cannot be planned";
    const costs = [
      [before.plan.root.totalCost, proven.before.totalCost],
      [after.plan.root.totalCost, proven.after.totalCost],
    ] as const;
    for (const [found, expected] of costs)
      if (Math.abs(found - expected) > tolerance * Math.max(1, expected)) return `cost ${found.toFixed(2)}, not ${expected.toFixed(2)}`;
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
