import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberSpan, withReach } from "../../src/shadow/number-span.ts";

describe("the span of numbered values", () => {
  test("is about as wide as the run that they were drawn from", () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 1_000_000 }), fc.constantFrom("", "job-", "/v1/api/"), fc.integer(), (size, prefix, seed) => {
        // Evenly drawn: 100 of them leave out 1 % at each end on average.
        const values = Array.from(
          { length: 100 },
          (_, at) => `${prefix}${Math.floor(((at + 0.5 + ((seed * 7919 + at * 31) % 100) / 200) / 101) * size)}`,
        );
        const span = numberSpan(values)!;
        expect(span / size).toBeGreaterThan(0.93);
        expect(span / size).toBeLessThan(1.07);
      }),
    );
  });
  test("adds up over the texts around the numbers", () => {
    const of = (prefix: string) => Array.from({ length: 20 }, (_, at) => `${prefix}${at * 5}`);
    expect(numberSpan([...of("a"), ...of("b")])).toBeCloseTo(2 * numberSpan(of("a"))!, 6);
  });
  test("is unknown for words, hashes and a few numbers", () => {
    expect(numberSpan(["red", "green", "blue"])).toBeNull();
    expect(numberSpan(Array.from({ length: 50 }, (_, at) => `${Math.sin(at).toString(36).slice(3)}x`))).toBeNull();
    expect(numberSpan(["1", "2", "3"])).toBeNull();
  });
});

describe("ends of a sample", () => {
  test("move out and never in, and positive numbers stay so", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 10, maxLength: 101 }), (numbers) => {
        const sorted = numbers.toSorted((a, b) => a - b);
        const moved = withReach(sorted.map(String), true).map(Number);
        expect(moved[0]!).toBeLessThanOrEqual(sorted[0]!);
        expect(moved[0]!).toBeGreaterThanOrEqual(0);
        expect(moved.at(-1)!).toBeGreaterThanOrEqual(sorted.at(-1)!);
        expect(moved.slice(1, -1)).toEqual(sorted.slice(1, -1));
      }),
    );
  });
  test("of what are no numbers stay", () => expect(withReach(Array(12).fill("x"), false)).toEqual(Array(12).fill("x")));
});
