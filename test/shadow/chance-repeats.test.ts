import fc from "fast-check";
import { expect, test } from "vitest";
import { fewestRepeats, unseenShare } from "../../src/shadow/chance-repeats.ts";

test("of a thousand values seen a tenth of a time each, three times is a common one; of thirty seen three times each, nine", () => {
  expect(fewestRepeats(0.1, 1000)).toBe(3);
  expect(fewestRepeats(3.3, 30)).toBe(9);
});

test("one sight is never enough", () => {
  expect(fewestRepeats(1e-6, 10)).toBe(2);
  expect(fewestRepeats(0, 1)).toBe(2);
});

test("chance gives at most half a value so often, and more than half one less", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 50, noNaN: true }), fc.integer({ min: 2, max: 1_000_000 }), (expected, distinct) => {
      const tail = (repeats: number) => {
        let term = Math.exp(-expected);
        let below = 0;
        for (let n = 0; n < repeats; n++) {
          below += term;
          term *= expected / (n + 1);
        }
        return distinct * (1 - below);
      };
      const repeats = fewestRepeats(expected, distinct);
      expect(tail(repeats)).toBeLessThanOrEqual(0.5 + 1e-6);
      if (repeats > 2) expect(tail(repeats - 1)).toBeGreaterThan(0.5 - 1e-6);
    }),
  );
});

test("a value that a hundred draws do not show has up to three percent", () => {
  expect(unseenShare(100)).toBeCloseTo(0.03);
  expect(unseenShare(0)).toBe(1);
});
