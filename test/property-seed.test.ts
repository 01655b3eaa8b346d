import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { propertySeed, usualSeed } from "./support/property-seed.ts";

const asked = propertySeed(process.env.FC_SEED);
const holds = fc.property(fc.nat(), () => true);
/** Every value that `fc.assert` gives to a property. */
function drawn(options: fc.Parameters<[number]> = {}): number[] {
  const values: number[] = [];
  fc.assert(
    fc.property(fc.nat(), (value) => {
      values.push(value);
    }),
    options,
  );
  return values;
}

describe("the seed of properties", () => {
  test.runIf(asked !== null)("is the one asked for, and each run draws the same", () => {
    expect(fc.check(holds, { numRuns: 20 }).seed).toBe(asked);
    expect(drawn({ numRuns: 20 })).toEqual(drawn({ numRuns: 20 }));
    expect(drawn()).toEqual(drawn({ seed: asked! }));
    expect(fc.sample(fc.nat(), 20)).toEqual(fc.sample(fc.nat(), { numRuns: 20, seed: asked! }));
    expect(fc.sample(fc.nat(), { numRuns: 20 })).toEqual(fc.sample(fc.nat(), 20));
  });

  test.runIf(asked === null)("is each property's own where chance is asked for", () => {
    expect(fc.check(holds, { numRuns: 20 }).seed).not.toBe(usualSeed);
    expect(drawn()).not.toEqual(drawn());
    expect(fc.sample(fc.nat(), 100)).not.toEqual(fc.sample(fc.nat(), 100));
  });

  test("gives way to a property's own", () => {
    expect(fc.check(holds, { numRuns: 20, seed: 7 }).seed).toBe(7);
    expect(drawn({ seed: 7 })).not.toEqual(drawn({ seed: 8 }));
  });

  test("is read from FC_SEED: a number, `random`, or nothing", () => {
    expect([undefined, "", "random", "0", "-2147483648", "123"].map(propertySeed)).toEqual([
      usualSeed,
      usualSeed,
      null,
      0,
      -2_147_483_648,
      123,
    ]);
  });

  test.each(["Random", "1.5", "1e3", " 7", "0x10", "2147483648"])("FC_SEED=%s is refused with what to give", (wrong) => {
    expect(() => propertySeed(wrong)).toThrow(/^FC_SEED is ".*": give "random", or a whole number of 32 bits/);
  });
});
