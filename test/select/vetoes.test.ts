import { expect, test } from "vitest";
import type { CostModel } from "../../src/contract/cost-model.ts";
import { reasonsLeftOut } from "../../src/select/reasons.ts";
import type { SearchCandidate } from "../../src/select/search.ts";
import { vetoOf } from "../../src/select/vetoes.ts";

const candidate = (families: readonly string[], price = 0): SearchCandidate => ({
  id: "x",
  relation: { schema: "public", name: "t" },
  bytes: 10,
  buildMs: 1,
  price,
  families,
  movesEstimates: false,
});
const families = [
  { id: "reader", baselineCost: 100, weight: 2 },
  { id: "other", baselineCost: 100, weight: 1 },
];
const withCosts = (costs: Readonly<Record<string, number>>): CostModel => ({
  cost: async (family, { show }) => ({ cost: show.has("x") ? costs[family]! : 100, used: show }),
});
const set = (costs: Readonly<Record<string, number>>) => ({
  ids: [],
  costs: new Map(families.map(({ id }) => [id, { cost: 100, used: new Set<string>() }])),
  families: new Map(families.map((family) => [family.id, family])),
  model: withCosts(costs),
  maxRegression: 0.01,
});

test("an index that makes a statement dearer is vetoed by that statement's name and costs", async () => {
  expect(await vetoOf(candidate(["reader", "other"]), set({ reader: 10, other: 130 }))).toBe(
    "Vetoed: the planner would choose it for statement other, whose cost it raises from 100 to 130.",
  );
});

test("an index whose upkeep outweighs what it saves is vetoed by the writes, a cheaper one is not", async () => {
  expect(await vetoOf(candidate(["reader"], 181), set({ reader: 10 }))).toMatch(/^Vetoed: keeping it would cost writes more/);
  expect(await vetoOf(candidate(["reader"], 179), set({ reader: 10 }))).toBeNull();
});

test("a veto is the reason given, and saving too little only where nothing forbids", async () => {
  const budget = { maxIndexes: null, maxBytes: null, maxPerTable: null, maxBuildMs: null };
  const change = { kind: "drop-index", index: { schema: "public", name: "x" }, relation: { schema: "public", name: "t" } } as const;
  const creation = { id: "x", change, helps: [], proposedBy: [], reason: "" };
  const reason = async (veto: string | null) =>
    (await reasonsLeftOut([creation], { chosen: [], searched: new Map([["x", candidate([])]]), budget, vetoOf: async () => veto }))[0]
      ?.reason;
  expect(await reason("Vetoed: so it is.")).toBe("Vetoed: so it is.");
  expect(await reason(null)).toMatch(/^Saves too little/);
});
