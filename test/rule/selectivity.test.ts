import { describe, expect, test } from "vitest";
import type { Catalog, ColumnStatistics } from "../../src/domain/catalog.ts";
import { unknownStatistics } from "../../src/domain/empty-catalog.ts";
import type { Compared, Predicate } from "../../src/domain/workload.ts";
import { catalogView } from "../../src/rule/catalog-view.ts";
import { selectivity } from "../../src/rule/selectivity.ts";
import { formatArrayText } from "../../src/syntax/array-text.ts";

const relation = { schema: "public", name: "t" };
const statistics: ColumnStatistics = {
  ...unknownStatistics,
  nullFraction: 0.2,
  averageWidthBytes: 4,
  distinct: 102,
  mostCommonValues: "{7,50}",
  mostCommonFrequencies: [0.3, 0.1],
  histogramBounds: "{0,10,20,30,40}",
};

/** 10,000 rows and one column `x`; only the fields that selectivity reads. */
function view(of: Partial<ColumnStatistics> | null) {
  const column = { name: "x", statistics: of === null ? null : { ...statistics, ...of }, inheritedStatistics: null };
  const table = {
    ...relation,
    kind: "table",
    rows: 10_000,
    pages: 100,
    currentPages: 100,
    columns: [column],
    indexes: [],
    parents: [],
    constraints: [],
  };
  return catalogView({ relations: [table], extensions: [], enums: [], ranges: [] } as unknown as Catalog);
}

function predicate(operator: string, value: string | string[] | null): Predicate {
  const list = Array.isArray(value);
  const compared: Compared =
    value === null
      ? { kind: "parameter", numbers: [1], sql: "$1" }
      : { kind: "constant", sql: "", value: list ? null : value, values: list ? value : null, type: null };
  return { on: { sql: "x", column: "x", columns: ["x"], type: null, collation: null, immutable: true }, operator, compared, sql: "" };
}

const kept = (operator: string, value: string | string[] | null, of: Partial<ColumnStatistics> | null = {}) =>
  selectivity(view(of), relation, predicate(operator, value));

describe("selectivity", () => {
  test("of a common value is its own frequency", () => expect(kept("=", "7")).toBe(0.3));
  test("of another value is what the common ones leave", () => expect(kept("=", "8")).toBeCloseTo(0.4 / 100));
  test("of a parameter spreads the rows that are not null", () => expect(kept("=", null)).toBeCloseTo(0.8 / 102));
  test("of a list is the sum over its different values", () => expect(kept("= any", ["7", "50", "7"])).toBeCloseTo(0.4));
  test("of a list in a parameter is that of ten values", () => expect(kept("= any", null)).toBeCloseTo((10 * 0.8) / 102));
  test("of nulls is their fraction", () => {
    expect(kept("is null", null)).toBe(0.2);
    expect(kept("is not null", null)).toBe(0.8);
  });
  test("of a key is the part of the known documents that have it; nothing is said of what is no document", () => {
    const documents = {
      nullFraction: 0.1,
      mostCommonValues: formatArrayText(['{"a": 1}', '{"b": null}']),
      mostCommonFrequencies: [0.3, 0.2],
      histogramBounds: formatArrayText(['{"a": {"b": 1}}', '["b"]', '{"c": 1}', "{}"]),
    };
    expect(kept("?", "a", documents)).toBeCloseTo(0.3 + 0.4 / 4);
    expect(kept("?", "b", documents)).toBeCloseTo(0.2 + 0.4 / 4);
    expect(kept("?", "toString", documents)).toBe(0);
    expect(kept("?", "a", { ...documents, histogramBounds: '{"\\"a\\"=>\\"1\\""}' })).toBeNull();
    expect(kept("?", null, documents)).toBeNull();
  });
  test("of a bound counts histogram and common values below it", () => {
    // 7 is below 20 and 50 is not; half of the histogram, which holds 0.4 of the rows, is below 20 give or take half a bucket.
    expect(kept("<", "20")).toBeGreaterThan(0.3 + 0.1);
    expect(kept("<", "20")).toBeLessThan(0.3 + 0.3);
    expect(kept("<", "20")! + kept(">=", "20")!).toBeCloseTo(0.8);
    expect(kept(">", "1000")).toBeCloseTo(0);
    expect(kept("<", "-1000")).toBeCloseTo(0);
  });
  test("of a bound on dates compares instants, not text", () => {
    const dates = { mostCommonValues: null, mostCommonFrequencies: null, nullFraction: 0 };
    const histogramBounds = '{"2026-01-01 00:00:00+02","2026-01-02 00:00:00+02","2026-01-03 00:00:00+02"}';
    expect(kept("<", "2026-01-01 23:00:00+00", { ...dates, histogramBounds })).toBeGreaterThan(0.5);
    expect(kept("<", "2025-12-31", { ...dates, histogramBounds })).toBe(0);
  });
  test("of a bound with an unknown value is the planner's own third", () => expect(kept("<", null)).toBeCloseTo(1 / 3));
  test("of a flag is that value's frequency", () => {
    const flag = { mostCommonValues: "{t,f}", mostCommonFrequencies: [0.05, 0.75], histogramBounds: null, distinct: 2 };
    expect(kept("is true", null, flag)).toBe(0.05);
    expect(kept("is false", null, flag)).toBe(0.75);
  });
  test("without statistics or for a strange operator is unknown", () => {
    expect(kept("=", "7", null)).toBeNull();
    expect(kept("@>", "7")).toBeNull();
  });
});
