import { expect, test } from "vitest";
import type { Planner, PlanOutcome } from "../../src/contract/planner.ts";
import { rememberingPlanner } from "../../src/prove/remembered-plans.ts";
import { planNode, plan as planOf } from "../support/plan-node.ts";

const today = { show: [], hide: [] };

/** Counts what it is asked, and gives every plan another cost. */
function counting() {
  const asked: string[] = [];
  const plan: Planner["plan"] = async (sql, { show, hide }, { generic = false } = {}): Promise<PlanOutcome> => {
    asked.push(`${sql} ${show.join("+")} -${hide.map(({ name }) => name).join("+")} ${generic}`);
    if (sql === "fails") return { kind: "failed", sqlState: "57014", message: "canceled" };
    return { kind: "planned", plan: planOf(planNode("Result", { totalCost: asked.length })) };
  };
  const planner: Planner = {
    backend: "shadow",
    description: "",
    gaps: [],
    cautions: () => [],
    prepare: async () => ({ kind: "refused", sqlState: null, message: "" }),
    plan,
    parameterTypes: async () => null,
    underSettings: async (_settings, work) => ({ kind: "tried", result: await work() }),
    close: async () => undefined,
  };
  return { asked, planner };
}

test("the same question is planned once, whatever order its indexes are named in", async () => {
  const { asked, planner } = counting();
  const remembering = rememberingPlanner(planner);
  const first = await remembering.plan("select 1", { show: ["a", "b"], hide: [] });
  expect(await remembering.plan("select 1", { show: ["b", "a"], hide: [] })).toEqual(first);
  expect(asked).toHaveLength(1);
});

test("another statement, index or kind of binding is another question", async () => {
  const { asked, planner } = counting();
  const remembering = rememberingPlanner(planner);
  const hide = [{ schema: "public", name: "a" }];
  for (let round = 0; round < 2; round++) {
    await remembering.plan("select 1", today);
    await remembering.plan("select 2", today);
    await remembering.plan("select 1", { show: ["a"], hide: [] });
    await remembering.plan("select 1", { show: [], hide });
    await remembering.plan("select 1", today, { generic: true });
  }
  expect(asked).toHaveLength(5);
});

test("a plan under other settings is neither remembered nor taken from memory", async () => {
  const { asked, planner } = counting();
  const remembering = rememberingPlanner(planner);
  const usual = await remembering.plan("select 1", today);
  const tried = await remembering.underSettings!({ work_mem: "1GB" }, () => remembering.plan("select 1", today));
  expect(tried).not.toEqual({ kind: "tried", result: usual });
  await remembering.underSettings!({}, () => remembering.plan("select 2", today));
  await remembering.plan("select 2", today);
  expect(asked).toHaveLength(4);
  expect(await remembering.plan("select 1", today)).toEqual(usual);
});

test("memory is limited: the statement asked longest ago is planned again", async () => {
  const { asked, planner } = counting();
  const remembering = rememberingPlanner(planner, 1_000);
  for (const sql of ["one", "two", "one", "three"]) await remembering.plan(sql, today);
  expect(asked).toHaveLength(3);
  await remembering.plan("one", today);
  expect(asked).toHaveLength(3);
  await remembering.plan("two", today);
  expect(asked).toHaveLength(4);
});

test("what failed is asked again, and what a planner cannot do it still cannot", async () => {
  const { asked, planner } = counting();
  const remembering = rememberingPlanner(planner);
  await remembering.plan("fails", today);
  await remembering.plan("fails", today);
  expect(asked).toHaveLength(2);
  expect(remembering).not.toHaveProperty("withStatistics");
});
