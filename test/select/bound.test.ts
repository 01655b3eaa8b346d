import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CostModel } from "../../src/contract/cost-model.ts";
import { type Budget, brokenLimit } from "../../src/select/budget.ts";
import { cheapestPriced } from "../../src/select/cheapest-plan.ts";
import { inferredCosts } from "../../src/select/inferred-costs.ts";
import { type SearchCandidate, type SearchInput, search } from "../../src/select/search.ts";
import { mostWorth } from "../../src/select/worth.ts";

/** A workload of arithmetic: each statement costs what its cheapest available plan does. */
interface Instance {
  readonly sizes: readonly number[];
  readonly statements: readonly {
    readonly baseline: number;
    readonly plans: readonly { readonly needs: readonly number[]; readonly part: number }[];
  }[];
  readonly limit: number;
}

const instances = fc.integer({ min: 2, max: 7 }).chain((count) =>
  fc.record({
    sizes: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: count, maxLength: count }),
    statements: fc.array(
      fc.record({
        baseline: fc.integer({ min: 100, max: 10_000 }),
        plans: fc.array(
          fc.record({
            needs: fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { minLength: 1, maxLength: 3 }),
            part: fc.double({ min: 0.01, max: 1, noNaN: true }),
          }),
          { maxLength: 6 },
        ),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    limit: fc.integer({ min: 1, max: 60 }),
  }),
);

const name = (place: number) => `c${place}`;

function modelOf({ statements }: Instance): CostModel {
  return {
    async cost(family, { show }) {
      const { baseline, plans } = statements[Number(family)]!;
      let best = { cost: baseline, used: new Set<string>() };
      for (const { needs, part } of plans)
        if (part * baseline < best.cost && needs.every((place) => show.has(name(place))))
          best = { cost: part * baseline, used: new Set(needs.map(name)) };
      return best;
    },
  };
}

function inputOf(instance: Instance, budget: Budget): SearchInput {
  const candidates = instance.sizes.map(
    (bytes, place): SearchCandidate => ({
      id: name(place),
      relation: { schema: "public", name: "t" },
      bytes,
      buildMs: bytes,
      price: 0,
      movesEstimates: false,
      families: [...instance.statements.entries()]
        .filter(([, { plans }]) => plans.some(({ needs }) => needs.includes(place)))
        .map(([at]) => String(at)),
    }),
  );
  return {
    candidates,
    families: instance.statements.map(({ baseline }, at) => ({ id: String(at), baselineCost: baseline, weight: 1 + (at % 3) })),
    model: modelOf(instance),
    budget,
    goal: "fastest",
    thresholds: { minWorkloadGain: 0, minStatementGain: 0, minCostSaved: 0, maxRegression: 0.01 },
    effort: 2000,
    outOfTime: () => false,
    onBest: () => {},
  };
}

/** Least weighted cost over all sets within the budget. */
async function bestOfAll(input: SearchInput): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let mask = 0; mask < 1 << input.candidates.length; mask++) {
    const chosen = input.candidates.filter((_, place) => (mask >> place) & 1);
    if (brokenLimit(chosen, input.budget) !== null) continue;
    const show = new Set(chosen.map(({ id }) => id));
    let total = 0;
    for (const { id, weight } of input.families) total += weight * (await input.model.cost(id, { show, hide: [] })).cost;
    best = Math.min(best, total);
  }
  return best;
}

const noLimit: Budget = { maxIndexes: null, maxBytes: null, maxPerTable: null, maxBuildMs: null };
const budgets: readonly (readonly [string, (limit: number) => Budget])[] = [
  ["bytes", (limit) => ({ ...noLimit, maxBytes: limit })],
  ["a count", (limit) => ({ ...noLimit, maxIndexes: 1 + (limit % 4) })],
  ["bytes and build time", (limit) => ({ ...noLimit, maxBytes: limit, maxBuildMs: limit / 2 })],
];

describe("lower bound within a budget", () => {
  test.each(budgets)(
    "under a limit on %s no set costs less than the bound, and the set found lies between it and the best",
    async (_, budgetOf) => {
      let optimal = 0;
      let all = 0;
      await fc.assert(
        fc.asyncProperty(instances, async (instance) => {
          const input = inputOf(instance, budgetOf(instance.limit));
          const [found, best] = [await search(input), await bestOfAll(input)];
          expect(found.bound).toBeLessThanOrEqual(best * (1 + 1e-9));
          expect(found.total).toBeGreaterThanOrEqual(best * (1 - 1e-9));
          all++;
          // Each statement's cost is at most its baseline, so a tenth of a percent of the total is rounding of the thresholds.
          if (found.total <= best * 1.001) optimal++;
        }),
        { seed: 7, numRuns: 150 },
      );
      expect(optimal / all).toBeGreaterThan(0.97);
    },
  );

  test("where nothing is shared and all sizes are equal it is the best set's cost", async () => {
    const part = (needs: number, left: number) => ({ baseline: 1000, plans: [{ needs: [needs], part: left }] });
    const instance = { sizes: [10, 10, 10], statements: [part(0, 0.1), part(1, 0.2), part(2, 0.3)], limit: 20 };
    const found = await search(inputOf(instance, { ...noLimit, maxBytes: 20 }));
    const weights = [1, 2, 3];
    // Statements 1 and 2 weigh 2 and 3: their savings of 1,600 and 2,100 beat 900.
    expect(found.total).toBeCloseTo(weights[0]! * 1000 + weights[1]! * 200 + weights[2]! * 300);
    expect(found.bound).toBeCloseTo(found.total, 0);
  });
});

describe("out of time", () => {
  test("a search under a limit ends with a set and a bound that holds, after few more questions", async () => {
    const statements = Array.from({ length: 30 }, (_, n) => ({
      baseline: 1000,
      plans: [
        { needs: [n % 7], part: 0.5 },
        { needs: [n % 7, (n + 1) % 7], part: 0.2 },
      ],
    }));
    const instance = { sizes: [10, 11, 12, 13, 14, 15, 16], statements, limit: 40 };
    const input = inputOf(instance, { ...noLimit, maxBytes: 40 });
    let questions = 0;
    const model: CostModel = {
      cost(family, indexes) {
        questions++;
        return input.model.cost(family, indexes);
      },
    };
    for (const most of [50, 100, 200, 400]) {
      questions = 0;
      const found = await search({ ...input, model, outOfTime: () => questions >= most });
      expect(found.bound).toBeLessThanOrEqual(await bestOfAll(input));
      expect(found.total).toBeLessThanOrEqual(statements.reduce((sum, _, at) => sum + 1000 * (1 + (at % 3)), 0));
      // What growing still scores, and what the set at hand is planned again with.
      expect(questions).toBeLessThan(most + 600);
    }
  });
});

describe("cheapest plan with prices", () => {
  test("is the least over all subsets of cost plus the prices of what the plan uses", async () => {
    const prices = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 7, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(instances, prices, async (instance, list) => {
        const input = inputOf(instance, noLimit);
        const own = input.candidates.map(({ id }) => id);
        const priced = new Map(own.map((id, at) => [id, list[at]!]));
        for (const family of input.families) {
          const costs = inferredCosts(input.model, new Map([[family.id, own]]), () => false);
          const least = await cheapestPriced(family, own, { prices: priced, costs, isSpent: () => false });
          let best = Number.POSITIVE_INFINITY;
          for (let mask = 0; mask < 1 << own.length; mask++) {
            const show = new Set(own.filter((_, place) => (mask >> place) & 1));
            const { cost, used } = await input.model.cost(family.id, { show, hide: [] });
            best = Math.min(best, family.weight * cost + [...used].reduce((sum, id) => sum + priced.get(id)!, 0));
          }
          expect(least).toBeCloseTo(best, 6);
        }
      }),
      { seed: 11, numRuns: 100 },
    );
  });
});

describe("most that a set within a budget is worth", () => {
  test("is never less than what any whole set within it is worth", () => {
    const worths = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(instances, worths, (instance, list) => {
        const budget = { ...noLimit, maxBytes: instance.limit, maxIndexes: 3 };
        const { candidates } = inputOf(instance, budget);
        const worthOf = (id: string) => list[Number(id.slice(1))]!;
        const { worth } = mostWorth(candidates, worthOf, budget);
        for (let mask = 0; mask < 1 << candidates.length; mask++) {
          const chosen = candidates.filter((_, place) => (mask >> place) & 1);
          if (brokenLimit(chosen, budget) === null)
            expect(chosen.reduce((sum, { id }) => sum + worthOf(id), 0)).toBeLessThanOrEqual(worth + 1e-9);
        }
      }),
      { seed: 13 },
    );
  });
});
