import { describe, expect, test } from "vitest";
import type { CostModel } from "../../src/contract/cost-model.ts";
import { type Budget, brokenLimit } from "../../src/select/budget.ts";
import { inferredCosts } from "../../src/select/inferred-costs.ts";
import { type SearchCandidate, type SearchInput, search } from "../../src/select/search.ts";

/** A planner of arithmetic: a statement costs what its cheapest available plan does. */
interface Statement {
  readonly baseline: number;
  readonly plans: readonly { readonly needs: readonly string[]; readonly cost: number }[];
}

function modelOf(statements: Readonly<Record<string, Statement>>): CostModel & { asked: number } {
  const model = {
    asked: 0,
    async cost(family: string, { show }: { readonly show: ReadonlySet<string> }) {
      model.asked++;
      const { baseline, plans } = statements[family]!;
      let best = { cost: baseline, used: new Set<string>() };
      for (const { needs, cost } of plans) if (cost < best.cost && needs.every((id) => show.has(id))) best = { cost, used: new Set(needs) };
      return best;
    },
  };
  return model;
}

const noLimit: Budget = { maxIndexes: null, maxBytes: null, maxPerTable: null, maxBuildMs: null };

function inputOf(
  statements: Readonly<Record<string, Statement>>,
  sizes: Readonly<Record<string, number>>,
  more: Partial<SearchInput> = {},
): SearchInput {
  const candidates = Object.entries(sizes).map(
    ([id, bytes]): SearchCandidate => ({
      id,
      relation: { schema: "public", name: "t" },
      bytes,
      buildMs: bytes,
      price: 0,
      movesEstimates: false,
      families: Object.keys(statements).filter((family) => statements[family]!.plans.some(({ needs }) => needs.includes(id))),
    }),
  );
  return {
    candidates,
    families: Object.entries(statements).map(([id, { baseline }]) => ({ id, baselineCost: baseline, weight: 1 })),
    model: modelOf(statements),
    budget: noLimit,
    goal: "balanced",
    thresholds: { minWorkloadGain: 0.001, minStatementGain: 0.05, minCostSaved: 10, maxRegression: 0.01 },
    effort: 1000,
    outOfTime: () => false,
    onBest: () => {},
    ...more,
  };
}

const one = (baseline: number, ...plans: readonly (readonly [needs: string, cost: number])[]): Statement => ({
  baseline,
  plans: plans.map(([needs, cost]) => ({ needs: needs.split("+"), cost })),
});

describe("search", () => {
  const slow = { a: one(10_000, ["big", 9_000]), b: one(10_000, ["tiny", 9_980]), c: one(10_000, ["wide", 1_000]) };

  test("with one index allowed, the one that saves most is taken, however small another is", async () => {
    const found = await search(inputOf(slow, { big: 50e6, tiny: 24_000, wide: 400e6 }, { budget: { ...noLimit, maxIndexes: 1 } }));
    expect(found.chosen).toEqual(["wide"]);
  });

  test("under both a count and a byte limit, a tiny index that saves a thousandth gives its place to one that saves a tenth", async () => {
    const budget = { ...noLimit, maxIndexes: 1, maxBytes: 100e6 };
    expect((await search(inputOf(slow, { big: 50e6, tiny: 24_000, wide: 400e6 }, { budget }))).chosen).toEqual(["big"]);
  });

  test("a large index makes room for two smaller ones that save more together", async () => {
    const statements = { a: one(1000, ["large", 100], ["left", 150]), b: one(1000, ["right", 150]) };
    const found = await search(inputOf(statements, { large: 100, left: 50, right: 50 }, { budget: { ...noLimit, maxBytes: 100 } }));
    expect(found.chosen.toSorted()).toEqual(["left", "right"]);
  });

  test("two indexes that pay only together are found", async () => {
    const found = await search(inputOf({ join: one(1000, ["outer+inner", 50]) }, { outer: 10, inner: 10 }));
    expect(found.chosen.toSorted()).toEqual(["inner", "outer"]);
    expect(found.bound).toBe(50);
  });

  test("one wide index replaces two narrow ones when it is smaller than both and nearly as good", async () => {
    const statements = { a: one(1000, ["ab", 100], ["abc", 101]), b: one(1000, ["ac", 100], ["abc", 101]) };
    expect((await search(inputOf(statements, { ab: 60, ac: 60, abc: 90 }))).chosen).toEqual(["abc"]);
  });

  test("a tiny index does not take the place of two when one statement would lose all that it gained", async () => {
    const statements = { a: one(200_000, ["x", 100_000], ["tiny", 105_000]), b: one(1000, ["y", 510]) };
    expect((await search(inputOf(statements, { x: 100, y: 5000, tiny: 60 }))).chosen.toSorted()).toEqual(["x", "y"]);
  });

  test("an index that makes a statement dearer by more than 1 % is not taken", async () => {
    const model: CostModel = {
      cost: async (family, { show }) =>
        show.has("x") ? { cost: family === "a" ? 10 : 1020, used: new Set(["x"]) } : { cost: 1000, used: new Set() },
    };
    const found = await search({ ...inputOf({ a: one(1000, ["x", 10]), b: one(1000, ["x", 999]) }, { x: 10 }), model });
    expect(found.chosen).toEqual([]);
  });

  test("writes that cost more than reads save keep an index out", async () => {
    const input = inputOf({ a: one(1000, ["x", 10]) }, { x: 10 });
    const priced = { ...input, candidates: input.candidates.map((candidate) => ({ ...candidate, price: 991 })) };
    expect((await search(input)).chosen).toEqual(["x"]);
    expect((await search(priced)).chosen).toEqual([]);
  });

  test("smallest keeps nine tenths of the saving in fewer bytes, fastest takes all", async () => {
    const statements = { a: one(1000, ["x", 10]), b: one(60, ["y", 10]) };
    const sizes = { x: 10, y: 1e9 };
    expect((await search(inputOf(statements, sizes, { goal: "smallest" }))).chosen).toEqual(["x"]);
    expect((await search(inputOf(statements, sizes, { goal: "fastest" }))).chosen.toSorted()).toEqual(["x", "y"]);
  });

  test("out of time, what was found so far is the answer, and equal input gives an equal set", async () => {
    const input = inputOf(slow, { big: 50e6, tiny: 24_000, wide: 400e6 });
    const early = await search({ ...input, outOfTime: () => true });
    expect(early.total).toBeLessThanOrEqual(30_000);
    expect(await search(input)).toEqual(await search(input));
  });

  test("the table of sizes falls in cost as it grows in bytes", async () => {
    const { pareto } = await search(inputOf(slow, { big: 50e6, tiny: 24_000, wide: 400e6 }));
    expect(pareto.length).toBeGreaterThan(2);
    for (const [at, point] of pareto.entries()) if (at > 0) expect(point.total).toBeLessThan(pareto[at - 1]!.total);
  });
});

describe("inferred costs", () => {
  const statements = { a: one(1000, ["x", 10], ["y", 20]) };
  const reach = new Map([["a", ["x", "y", "z"]]]);

  test("plans made before the search answer like its own, unless they use what may not be chosen", async () => {
    const known = [
      { show: ["x", "y", "other"], cost: 10, used: new Set(["x"]) },
      { show: ["y", "other"], cost: 5, used: new Set(["other"]) },
    ];
    const model = { ...modelOf(statements), known: () => known };
    const costs = inferredCosts(model, reach, () => false);
    expect(await costs.cost("a", new Set(["x"]))).toMatchObject({ cost: 10 });
    expect(costs.asked()).toBe(0);
    expect(await costs.cost("a", new Set(["y"]))).toMatchObject({ cost: 20 });
    expect(costs.asked()).toBe(1);
    // What others beside it have told is not what the search ends with.
    await costs.verified("a", new Set(["x"]), 10);
    expect(costs.asked()).toBe(2);
  });

  test("a plan found with many indexes answers for fewer that hold what it uses", async () => {
    const model = modelOf(statements);
    const costs = inferredCosts(model, reach, () => false);
    await costs.cost("a", new Set(["x", "y", "z"]));
    expect(await costs.cost("a", new Set(["x", "z"]))).toMatchObject({ cost: 10 });
    expect(model.asked).toBe(1);
    expect(await costs.cost("a", new Set(["y", "z"]))).toMatchObject({ cost: 20 });
    expect(model.asked).toBe(2);
  });

  test("nothing is inferred across an index that brings statistics of its own", async () => {
    const model = modelOf(statements);
    const costs = inferredCosts(model, reach, (id) => id === "z");
    await costs.cost("a", new Set(["x", "y", "z"]));
    await costs.cost("a", new Set(["x", "y"]));
    expect(model.asked).toBe(2);
  });

  test("a family whose cost surprised is always asked", async () => {
    const model = modelOf(statements);
    const costs = inferredCosts(model, reach, () => false);
    await costs.cost("a", new Set(["x", "y", "z"]));
    expect((await costs.verified("a", new Set(["x"]), 500)).surprising).toBe(true);
    await costs.cost("a", new Set(["x", "z"]));
    expect(model.asked).toBe(3);
  });
});

describe("budget", () => {
  const each = (name: string, bytes: number): SearchCandidate => ({
    id: name,
    relation: { schema: "s", name },
    bytes,
    buildMs: 5,
    price: 0,
    families: [],
    movesEstimates: false,
  });

  test("names the limit that a set breaks", () => {
    const set = [each("t", 10), each("t", 20), each("u", 30)];
    expect(brokenLimit(set, noLimit)).toBeNull();
    expect(brokenLimit(set, { ...noLimit, maxIndexes: 2 })).toBe("maxIndexes");
    expect(brokenLimit(set, { ...noLimit, maxBytes: 59 })).toBe("maxBytes");
    expect(brokenLimit(set, { ...noLimit, maxPerTable: 1 })).toBe("maxPerTable");
    expect(brokenLimit(set, { ...noLimit, maxBuildMs: 14 })).toBe("maxBuildMs");
  });
});
