import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { discoveries } from "../../src/history/false-discovery.ts";
import { median, spread } from "../../src/history/robust.ts";
import { upperTail } from "../../src/history/student-t.ts";

describe("Student's t", () => {
  // Tables of critical values (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
  test.each([
    [1, 6.314, 0.05],
    [1, 63.657, 0.005],
    [2, 2.92, 0.05],
    [5, 4.032, 0.005],
    [10, 2.764, 0.01],
    [10, 4.143, 0.001],
    [30, 1.697, 0.05],
    [100, 3.174, 0.001],
  ])("with %d degrees of freedom, %d is passed with probability %d", (df, t, probability) => {
    expect(upperTail(t, df) / probability).toBeCloseTo(1, 2);
  });

  test("the two tails make one, and no tail is negative, however far", () => {
    fc.assert(
      fc.property(fc.double({ min: -60, max: 60, noNaN: true }), fc.double({ min: 1, max: 200, noNaN: true }), (t, df) => {
        expect(upperTail(t, df) + upperTail(-t, df)).toBeCloseTo(1, 10);
        expect(upperTail(t, df)).toBeGreaterThanOrEqual(0);
        expect(upperTail(t + 0.5, df)).toBeLessThanOrEqual(upperTail(t, df));
      }),
    );
  });

  test("half a degree of freedom lies between its neighbours", () => {
    expect(upperTail(3, 4.5)).toBeLessThan(upperTail(3, 4));
    expect(upperTail(3, 4.5)).toBeGreaterThan(upperTail(3, 5));
  });
});

describe("discoveries", () => {
  test("are those of Benjamini and Hochberg's own example, at 5 %", () => {
    const probabilities = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];
    expect(discoveries(probabilities, 0.05).filter(Boolean)).toHaveLength(4);
  });

  test("of many chances alone come as seldom as asked for", () => {
    let any = 0;
    const runs = 2000;
    let state = 1;
    const next = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    for (let run = 0; run < runs; run += 1) if (discoveries(Array.from({ length: 50 }, next), 0.05).some(Boolean)) any += 1;
    expect(any / runs).toBeGreaterThan(0.03);
    expect(any / runs).toBeLessThan(0.07);
  });

  test("of nothing are none", () => expect(discoveries([], 0.05)).toEqual([]));
});

describe("median and spread", () => {
  test("a third of nonsense moves neither far", () => {
    const clean = [9, 10, 11, 10, 9, 11, 10, 12, 8];
    const spoilt = [...clean, 1e6, 1e6, 1e6, -1e6];
    expect(median(spoilt)).toBe(10);
    expect(spread(spoilt)).toBeLessThanOrEqual(2 * spread(clean));
  });
});
