import { expect, test } from "vitest";
import { brinClass, pagesPerRange } from "../../src/rule/brin.ts";

test("ranges grow with the root of the table and stay between 4 and 128 blocks", () => {
  const range = (pages: number) => pagesPerRange(pages, 80 * pages);
  expect([100, 10_000, 40_000, 160_000, 640_000, 10_000_000, 1e9].map(range)).toEqual([4, 8, 16, 32, 64, 128, 128]);
});

test("ranges are smaller where a block has many rows to recheck", () => {
  expect(pagesPerRange(640_000, 640_000)).toBe(128);
  expect(pagesPerRange(640_000, 640_000 * 200)).toBe(64);
});

test("the range chosen costs less than half or twice of it", () => {
  for (const pages of [20_000, 300_000, 2_000_000]) {
    const cost = (range: number) => (pages / range / 256) * 4 + range * (1 + 0.0125 * 100);
    const range = pagesPerRange(pages, pages * 100);
    expect(cost(range)).toBeLessThanOrEqual(Math.min(cost(range / 2), cost(range * 2)));
  }
});

test("operator classes are named for the type, and absent where PostgreSQL has none", () => {
  expect(brinClass("timestamptz", "minmax-multi")).toBe("timestamptz_minmax_multi_ops");
  expect(brinClass("varchar", "bloom")).toBe("text_bloom_ops");
  expect(brinClass("text", "minmax-multi")).toBeNull();
  expect(brinClass("jsonb", "minmax")).toBeNull();
  expect(brinClass("bit", "bloom")).toBeNull();
});
