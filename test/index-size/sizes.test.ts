import { describe, expect, test } from "vitest";
import type { ColumnStatistics } from "../../src/domain/catalog.ts";
import { unknownStatistics } from "../../src/domain/empty-catalog.ts";
import { ginKeysOf, trigrams } from "../../src/index-size/gin-keys.ts";
import type { IndexColumn, IndexShape } from "../../src/index-size/index-shape.ts";
import { estimateIndexSize } from "../../src/index-size/index-size.ts";
import { othersBeyondCommon, valueStrata } from "../../src/index-size/value-strata.ts";
import { index, key } from "../../src/rule/index.ts";
import { newerThan } from "../../src/shadow/newer-than.ts";
import { mentions } from "../../src/shadow/skip-scan.ts";

const plain: ColumnStatistics = { ...unknownStatistics, averageWidthBytes: 8, distinct: -1, correlation: 1 };
const bigint: IndexColumn = {
  label: "id",
  typeName: "int8",
  storageLength: 8,
  alignment: "d",
  operatorClass: "int8_ops",
  statistics: plain,
  derived: false,
  nulls: true,
};
const table = (rows: number, rest: Partial<IndexShape> = {}): IndexShape => ({
  accessMethod: "btree",
  rows,
  tableRows: rows,
  heapPages: Math.ceil(rows / 100),
  keys: [bigint],
  include: [],
  storage: {},
  deduplicates: true,
  uniqueTogether: false,
  distinctTogether: null,
  major: 18,
  ...rest,
});

describe("a B-tree", () => {
  // Sizes of indexes really built: facts/shadow.md for the first, PostgreSQL 15 in November 2026 for the others.
  test.each([
    ["500,000 different bigints", table(500_000), 1374],
    ["one row", table(1), 2],
    ["100 % full pages", table(500_000, { storage: { fillfactor: "100" } }), 1239],
  ])("%s", (_name, shape, pages) => {
    expect(Math.abs(estimateIndexSize(shape).pages / pages - 1)).toBeLessThan(0.01);
  });

  test("shrinks with duplicates, unless deduplication is off", () => {
    const repeated = table(100_000, { keys: [{ ...bigint, statistics: { ...plain, distinct: 100 } }] });
    const full = estimateIndexSize({ ...repeated, storage: { deduplicate_items: "off" } }).pages;
    expect(full).toBe(estimateIndexSize(table(100_000)).pages);
    expect(estimateIndexSize(repeated).pages).toBeLessThan(full / 2.8);
  });

  test("does not shrink where the keys are unique together", () => {
    const keys = [
      { ...bigint, statistics: { ...plain, distinct: 50 } },
      { ...bigint, statistics: { ...plain, distinct: 40 } },
    ];
    const together = estimateIndexSize(table(100_000, { keys, uniqueTogether: true })).pages;
    expect(estimateIndexSize(table(100_000, { keys })).pages).toBeLessThan(together / 2);
  });

  test("follows extended statistics where columns depend on each other", () => {
    const keys = [
      { ...bigint, statistics: { ...plain, distinct: 1000 } },
      { ...bigint, statistics: { ...plain, distinct: 1000 } },
    ];
    const independent = estimateIndexSize(table(100_000, { keys })).pages;
    expect(estimateIndexSize(table(100_000, { keys, distinctTogether: 1000 })).pages).toBeLessThan(independent / 2);
  });

  test("says when a width is assumed", () => {
    const text = { ...bigint, label: "note", typeName: "text", storageLength: -1, alignment: "i", statistics: null };
    expect(estimateIndexSize(table(1000, { keys: [text] })).uncertain).toContain("note");
    expect(estimateIndexSize(table(1000)).uncertain).toBeNull();
  });
});

test.each([
  ["hash", 3],
  ["brin", 3],
  ["gin", 3],
  ["gist", 1],
  ["spgist", 3],
])("a %s index of an empty table is a few pages", (accessMethod, atLeast) => {
  const { pages } = estimateIndexSize(table(0, { accessMethod }));
  expect(pages).toBeGreaterThanOrEqual(atLeast);
  expect(pages).toBeLessThan(8);
});

test("sizes do not shrink as rows grow, for any access method", () => {
  for (const accessMethod of ["btree", "hash", "brin", "gin", "gist", "spgist", "hnsw", "ivfflat"]) {
    const pages = [1, 10, 1e3, 1e5, 1e7, 1e9].map((rows) => estimateIndexSize(table(rows, { accessMethod })).pages);
    expect(pages, accessMethod).toEqual([...pages].sort((a, b) => a - b));
    expect(pages.every(Number.isInteger), accessMethod).toBe(true);
  }
});

test("strata of a column make up the whole table, NULLs and all", () => {
  const statistics = {
    ...plain,
    nullFraction: 0.2,
    mostCommonValues: "{a,b}",
    mostCommonFrequencies: [0.3, 0.1],
    histogramBounds: "{c,d,e}",
    distinct: 50,
  };
  const strata = valueStrata({ ...bigint, typeName: "text", storageLength: -1, statistics }, 1000);
  expect(strata.reduce((sum, stratum) => sum + stratum.weight, 0)).toBeCloseTo(1, 9);
  expect(strata.filter((stratum) => stratum.isNull).length).toBe(1);
});

test("the mean of a zero-truncated Poisson distribution is found again", () => {
  for (const mean of [1.01, 1.5, 3, 12]) {
    const lambda = othersBeyondCommon(mean * 1000, 1000);
    expect(lambda / (1 - Math.exp(-lambda))).toBeCloseTo(mean, 6);
  }
});

test("keys are extracted as the operator classes do", () => {
  const texts = (operatorClass: string, value: string) => ginKeysOf(operatorClass)!(value).map((found) => found.text);
  expect(texts("jsonb_ops", '{"a": 1, "b": ["x", 2], "c": {"d": null}}')).toEqual(["Ka", "V1", "Kb", "Kx", "V2", "Kc", "Kd", "Vnull"]);
  expect(texts("jsonb_path_ops", '{"a": 1, "c": {"d": [true, "x"]}}')).toEqual(["/a=1", "/c/d=true", "/c/d=x"]);
  expect(trigrams("Foo|ab")).toEqual(["  f", " fo", "foo", "oo ", "  a", " ab", "ab "]);
  expect(texts("tsvector_ops", "'cat':1,2 'o''clock'")).toEqual(["cat", "o'clock"]);
  expect(texts("gin_hstore_ops", '"a"=>"1", "b"=>NULL')).toEqual(["Ka", "V1", "Kb", "N"]);
  expect(ginKeysOf("int4_ops")).toBeNull();
});

test("a condition mentions a column as a whole word only, and an expression whatever its casts", () => {
  expect(mentions("(user_id = 5)", "user_id")).toBe(true);
  expect(mentions("(user_id_2 = 5)", "user_id")).toBe(false);
  expect(mentions("(name = 'user_id'::text)", "user_id")).toBe(false);
  expect(mentions('("Order" > 1)', '"Order"')).toBe(true);
  expect(mentions("(lower((email)::text) = 'a'::text)", "lower(email::text)")).toBe(true);
  expect(mentions("(lower(name) = 'a'::text)", "lower(email)")).toBe(false);
});

test("what production is too old for is known", () => {
  const orders = { schema: "public", name: "orders" };
  const truncated = index(orders, "btree", [{ ...key("placed"), column: null, sql: "date_trunc('day', placed, 'UTC')" }]);
  expect(newerThan(15, truncated)).toMatchObject({ sqlState: "42P17" });
  expect(newerThan(16, truncated)).toBeNull();
  const local = index(orders, "btree", [{ ...key("placed"), column: null, sql: "date_trunc('day', (placed AT TIME ZONE 'UTC'))" }]);
  expect(newerThan(13, local)).toBeNull();
  expect(newerThan(13, index(orders, "brin", [key("id", { operatorClass: "int4_bloom_ops" })]))).not.toBeNull();
});
