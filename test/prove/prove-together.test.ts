import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Candidate } from "../../src/domain/candidate.ts";
import type { QueryFamily } from "../../src/domain/workload.ts";
import { proveTogether } from "../../src/prove/prove-together.ts";
import type { PlannableFamily, WhatIfCosts } from "../../src/prove/what-if.ts";
import { plainIndex, plainKey } from "../support/plain-index.ts";

function candidate(id: string, column: string | null = id): Candidate {
  const index = plainIndex("t", [plainKey(id, { column })]);
  return { id, change: { kind: "create-index", index }, helps: [], proposedBy: [], reason: "" };
}

/** A planner that takes the cheapest of the plans whose indexes are visible; costs are parts of 1,000. */
interface Plans {
  readonly [example: string]: readonly { readonly needs: readonly string[]; readonly part: number }[];
}

function world(plans: Plans) {
  const shown: string[] = [];
  const examples = Object.keys(plans).map((sql) => ({ kind: "middle" as const, sql, values: {} }));
  // Only what proving reads of a family and of the costs.
  const planned = { family: { id: "f" } as QueryFamily, typical: examples[0]!, examples, baselineCost: 1000 } satisfies PlannableFamily;
  const costs = {
    async costOf(_: QueryFamily, example: { readonly sql: string }, { show }: { readonly show: ReadonlySet<string> }) {
      shown.push([...show].join("+"));
      let best = { cost: 1000, used: new Set<string>() };
      for (const { needs, part } of plans[example.sql]!)
        if (part * 1000 < best.cost && needs.every((id) => show.has(id))) best = { cost: part * 1000, used: new Set(needs) };
      return best;
    },
  } as unknown as WhatIfCosts;
  return { planned, costs, shown, asked: () => shown.length };
}

describe("candidates tried together", () => {
  test("prove exactly those that gain alone on some binding, whatever the plans", async () => {
    const ids = ["a", "b", "c", "d", "e"];
    const plan = fc.record({
      needs: fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 2 }),
      part: fc.double({ min: 0.01, max: 1, noNaN: true }),
    });
    const plansOf = fc.array(plan, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(plansOf, plansOf, async (first, second) => {
        const { planned, costs } = world({ first, second });
        const outcomes = await proveTogether(
          planned,
          ids.map((id) => candidate(id)),
          { costs, minGain: 0.05 },
        );
        for (const id of ids) {
          const alone = [first, second].some((plans) =>
            plans.some(({ needs, part }) => part <= 0.95 && needs.every((each) => each === id)),
          );
          expect(outcomes.get(id)!.kind).toBe(alone ? "estimated" : "refuted");
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test("one plan refutes twenty that save nothing, and the reason says how it was found", async () => {
    const { planned, costs, asked } = world({ only: [] });
    const outcomes = await proveTogether(
      planned,
      Array.from({ length: 20 }, (_, n) => candidate(`c${n}`)),
      { costs, minGain: 0.05 },
    );
    expect(asked()).toBe(2);
    expect(outcomes.get("c7")).toEqual({
      kind: "refuted",
      because: "gain-too-small",
      detail: "It and 19 other candidates at once save 0.0 % of the planner's cost at best.",
    });
  });

  test("an index on an expression is tried alone, because its statistics move estimates", async () => {
    const { planned, costs, asked } = world({ only: [{ needs: ["x"], part: 0.1 }] });
    const outcomes = await proveTogether(planned, [candidate("x", null), candidate("y", null), candidate("z")], { costs, minGain: 0.05 });
    expect([...outcomes].map(([id, { kind }]) => [id, kind])).toEqual([
      ["x", "estimated"],
      ["y", "refuted"],
      ["z", "refuted"],
    ]);
    expect(outcomes.get("y")).toMatchObject({ because: "not-used" });
    expect(asked()).toBe(6);
  });

  test("an index that a plan uses by itself, with others visible, is not planned alone", async () => {
    const { planned, costs, shown } = world({
      only: [
        { needs: ["a"], part: 0.3 },
        { needs: ["b"], part: 0.4 },
      ],
    });
    const outcomes = await proveTogether(planned, [candidate("a"), candidate("b"), candidate("c")], { costs, minGain: 0.05 });
    expect([...outcomes.values()].map(({ kind }) => kind)).toEqual(["estimated", "estimated", "refuted"]);
    expect(shown.filter((show) => show !== "")).toEqual(["a+b+c", "b+c", "c"]);
  });

  test.each([0.941, 0.959])("but alone decides where it saves nearly the least that counts: %f", async (part) => {
    const { planned, costs, shown } = world({ only: [{ needs: ["a"], part }] });
    const outcomes = await proveTogether(planned, [candidate("a"), candidate("b")], { costs, minGain: 0.05 });
    expect(outcomes.get("a")!.kind).toBe(part < 0.95 ? "estimated" : "refuted");
    expect(shown).toContain("a");
  });

  test("a proof keeps the costs with the index alone", async () => {
    const { planned, costs } = world({
      only: [
        { needs: ["a"], part: 0.4 },
        { needs: ["b"], part: 0.3 },
      ],
    });
    const outcomes = await proveTogether(planned, [candidate("a"), candidate("b")], { costs, minGain: 0.05 });
    expect(outcomes.get("a")).toMatchObject({ kind: "estimated", bindings: [{ costBefore: 1000, costAfter: 400, used: true }] });
  });
});
