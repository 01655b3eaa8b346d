import { describe, expect, test } from "vitest";
import type { CostModel } from "../../src/contract/cost-model.ts";
import type { Candidate } from "../../src/domain/candidate.ts";
import { relationKey } from "../../src/domain/postgres.ts";
import { chooseDrops, type DropCandidate } from "../../src/select/drops.ts";

const table = { schema: "public", name: "orders" };

function drop(name: string, superseded: boolean): DropCandidate {
  const candidate: Candidate = {
    id: name,
    change: { kind: "drop-index", index: { schema: "public", name }, relation: table },
    helps: [],
    proposedBy: [],
    reason: "",
  };
  return { candidate, superseded };
}

/** What a statement costs with these existing indexes hidden. */
async function choose(
  drops: readonly DropCandidate[],
  costWithout: (hidden: readonly string[]) => number,
  reads: readonly string[] = [relationKey(table)],
) {
  const asked: string[][] = [];
  const model: CostModel = {
    async cost(_, { hide }) {
      const hidden = hide.map(({ name }) => name);
      asked.push(hidden);
      return { cost: costWithout(hidden), used: new Set() };
    },
  };
  const family = { id: "f1", baselineCost: 1000, weight: 1 };
  const chosen = await chooseDrops(drops, {
    show: new Set(["new"]),
    costs: new Map([["f1", { cost: 500, used: new Set(["new"]) }]]),
    families: [family],
    relationsOf: () => reads,
    model,
    maxRegression: 0.01,
  });
  return { accepted: chosen.accepted.map(({ id }) => id), hide: chosen.hide, rejected: chosen.rejected, asked };
}

describe("drops", () => {
  test("an index that no statement misses goes", async () => {
    expect((await choose([drop("old", false)], () => 500)).accepted).toEqual(["old"]);
  });

  test("one that a statement misses stays, and the reason names the statement and both costs", async () => {
    const { accepted, rejected } = await choose([drop("old", false)], () => 520);
    expect(accepted).toEqual([]);
    expect(rejected.map(({ reason }) => reason)).toEqual(["Needed: statement f1 costs 500.0 with it and 520.0 without."]);
  });

  test("a statement may pay half a percent more for one whose work a new index does, and for no other", async () => {
    expect((await choose([drop("old", true)], () => 502.5)).accepted).toEqual(["old"]);
    expect((await choose([drop("old", false)], () => 502.5)).accepted).toEqual([]);
    expect((await choose([drop("old", true)], () => 506)).accepted).toEqual([]);
  });

  test("of two that stand in for each other only one goes", async () => {
    const { accepted, asked } = await choose([drop("a", false), drop("b", false)], (hidden) => (hidden.length > 1 ? 900 : 500));
    expect(accepted).toEqual(["a"]);
    expect(asked).toEqual([["a"], ["a", "b"]]);
  });

  test("only statements that read the table are planned", async () => {
    const { accepted, asked } = await choose([drop("old", false)], () => 900, [relationKey({ schema: "public", name: "customers" })]);
    expect(accepted).toEqual(["old"]);
    expect(asked).toEqual([]);
  });
});
