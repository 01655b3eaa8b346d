import { expect, test } from "vitest";
import { brinClass, pagesPerRange } from "../../src/rule/brin.ts";

test("ranges grow with the table and stay between 4 and 128 blocks", () => {
  expect([100, 10_000, 100_000, 400_000, 10_000_000, 1e9].map((pages) => pagesPerRange(pages, null))).toEqual([4, 8, 16, 32, 128, 128]);
});

test("a range is no more than a quarter of what a typical search reads", () => {
  expect(pagesPerRange(400_000, 0.0001)).toBe(8);
  expect(pagesPerRange(400_000, 0.5)).toBe(32);
  expect(pagesPerRange(400_000, 0)).toBe(4);
});

test("operator classes are named for the type, and absent where PostgreSQL has none", () => {
  expect(brinClass("timestamptz", "minmax-multi")).toBe("timestamptz_minmax_multi_ops");
  expect(brinClass("varchar", "bloom")).toBe("text_bloom_ops");
  expect(brinClass("text", "minmax-multi")).toBeNull();
  expect(brinClass("jsonb", "minmax")).toBeNull();
  expect(brinClass("bit", "bloom")).toBeNull();
});
