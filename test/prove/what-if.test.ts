import { expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import type { Example, QueryFamily } from "../../src/domain/workload.ts";
import { type PlannableFamily, whatIfCosts } from "../../src/prove/what-if.ts";
import { plan, planNode } from "../support/plan-node.ts";

const relation = { schema: "public", name: "t" };

test("what is known of a statement are plans of its typical binding with nothing hidden and nothing shown that brings statistics", async () => {
  const typical: Example = { kind: "middle", sql: "typical", values: {} };
  const rare: Example = { ...typical, kind: "rare", sql: "rare" };
  const family = { id: "f", scans: [{ relation }] } as unknown as QueryFamily;
  const families = new Map<string, PlannableFamily>([["f", { family, typical, examples: [typical, rare], baselineCost: 100 }]]);
  const planner = {
    backend: "shadow",
    // Uses the first index shown.
    plan: async (_: string, { show }: { readonly show: readonly string[] }) => ({
      kind: "planned",
      plan: plan(planNode("Index Scan", { totalCost: show.length === 0 ? 100 : 10, index: show[0] ?? null, relation })),
    }),
  } as unknown as Planner;
  const costs = whatIfCosts(planner, families, { rootOf: ({ name }) => name, stop: () => {} });
  for (const [id, bringsStatistics] of [
    ["a", false],
    ["b", false],
    ["expression", true],
  ] as const)
    costs.register({ id, relation, indexName: id, bringsStatistics });

  await costs.costOf(family, typical, { show: new Set(["a", "b"]), hide: [] });
  await costs.costOf(family, typical, { show: new Set(["a", "b"]), hide: [] });
  await costs.costOf(family, rare, { show: new Set(["b"]), hide: [] });
  await costs.costOf(family, typical, { show: new Set(["b"]), hide: [{ schema: "public", name: "old" }] });
  await costs.costOf(family, typical, { show: new Set(["expression", "a"]), hide: [] });
  expect(costs.known!("f")).toEqual([{ show: ["a", "b"], cost: 10, used: new Set(["a"]) }]);
  expect(costs.planCount()).toBe(4);
});
