import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Column, ColumnStatistics } from "../../src/domain/catalog.ts";
import { emptyColumn, unknownStatistics } from "../../src/domain/empty-catalog.ts";
import { boundText, nextStart, partitionSuffix, timeOf, timePartitions } from "../../src/rule/time-partitions.ts";
import { formatArrayText, parseArrayText } from "../../src/syntax/array-text.ts";
import { cutOther, cutTimes } from "../../src/tune/cut-statistics.ts";

const dayMs = 86_400_000;
const start = Date.UTC(2020, 0, 1);

const unknown: ColumnStatistics = { ...unknownStatistics, averageWidthBytes: 8, distinct: -1, correlation: 1 };
const column = (baseType: string, statistics: ColumnStatistics): Column => ({
  ...emptyColumn,
  name: "at",
  position: 1,
  type: baseType,
  baseType,
  category: "D",
  storageLength: 8,
  alignment: "d",
  notNull: true,
  statistics,
});
const partition = (statistics: ColumnStatistics, baseType = "timestamptz") => timePartitions(column(baseType, statistics), statistics);
const bounds = (type: string, ...times: number[]) => formatArrayText(times.map((time) => boundText(type, new Date(time))));
const over = (days: number) => ({ ...unknown, histogramBounds: bounds("timestamptz", start, start + days * dayMs) });

/** A column of a time type: bounds in order, perhaps common values, perhaps NULLs. */
const statistics = fc
  .record({
    type: fc.constantFrom("timestamptz", "timestamp", "date"),
    steps: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 60 }),
    common: fc.array(fc.integer({ min: 0, max: 800 }), { maxLength: 5 }),
    nulls: fc.constantFrom(0, 0.1),
  })
  .map(({ type, steps, common, nulls }) => {
    let at = start;
    const times = steps.map((days) => (at += days * dayMs));
    const made: ColumnStatistics = {
      ...unknown,
      nullFraction: nulls,
      histogramBounds: bounds(type, ...times),
      mostCommonValues: common.length === 0 ? null : bounds(type, ...common.map((days) => start + days * dayMs)),
      mostCommonFrequencies: common.length === 0 ? null : common.map(() => 0.02),
    };
    return { type, made };
  });

describe("partitions by time", () => {
  test("follow one another without a hole, and hold every row once", () => {
    fc.assert(
      fc.property(statistics, ({ type, made }) => {
        const layout = partition(made, type);
        fc.pre(layout !== null);
        const { partitions, nullShare } = layout;
        for (const [at, each] of partitions.slice(1).entries()) expect(each.from).toEqual(partitions[at]!.to);
        for (const { share } of partitions) expect(share).toBeGreaterThanOrEqual(-1e-9);
        const bins = parseArrayText(made.histogramBounds!);
        // A histogram of one time has no rest to spread: its rows are where that time is.
        fc.pre(new Set(bins).size > 1);
        expect(partitions.reduce((sum, { share }) => sum + share, nullShare)).toBeCloseTo(1, 6);
        expect(partitions.length).toBeLessThanOrEqual(201);
        expect(partitions.at(-1)!.share).toBeCloseTo(0, 9);
      }),
      { numRuns: 300 },
    );
  });

  test("what is cut for a partition lies in it, in order, and within what the table has", () => {
    fc.assert(
      fc.property(statistics, ({ type, made }) => {
        const layout = partition(made, type);
        fc.pre(layout !== null);
        let before = 0;
        for (const each of layout.partitions) {
          const slice = { rows: 1e7, share: each.share, before };
          before += each.share;
          if (each.share <= 0) continue;
          const cut = cutTimes(column(type, made), made, each, slice);
          const values = [cut.statistics!.histogramBounds, cut.statistics!.mostCommonValues].flatMap((text) =>
            text === null ? [] : parseArrayText(text).map((value) => timeOf(value!)!),
          );
          for (const time of [...values, timeOf(cut.ends!.low)!, timeOf(cut.ends!.high)!]) {
            expect(time).toBeGreaterThanOrEqual(each.from.getTime());
            expect(time).toBeLessThan(each.to.getTime());
          }
          const sorted = parseArrayText(cut.statistics!.histogramBounds ?? "{}").map((value) => timeOf(value!)!);
          expect(sorted).toEqual(sorted.toSorted((a, b) => a - b));
          const listed = (cut.statistics!.mostCommonFrequencies ?? []).reduce((sum, part) => sum + part, 0);
          expect(listed).toBeLessThanOrEqual(1 + 1e-6);
        }
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    [5, "day", 6],
    [40, "day", 41],
    [80, "week", 12],
    [365, "month", 13],
    [366 * 6, "month", 73],
    [366 * 12, "year", 13],
  ])("%d days of rows are parted by %s", (days, unit, most) => {
    const layout = partition(over(days))!;
    expect(layout.unit).toBe(unit);
    expect(layout.partitions.length - 1).toBeLessThanOrEqual(most + 1);
    expect(layout.partitions.length).toBeGreaterThan(4);
  });

  test("rows of two days, no rows, and times that are no date are not parted", () => {
    expect(partition(over(1))).toBeNull();
    expect(partition(unknown)).toBeNull();
    expect(partition({ ...unknown, histogramBounds: '{"2020-01-01 00:00:00+00",infinity}' })).toBeNull();
    expect(partition({ ...unknown, histogramBounds: '{"0044-03-15 00:00:00+00 BC","2020-01-01 00:00:00+00"}' })).toBeNull();
  });

  test("bounds are read with their offset, and written so that no time zone moves them", () => {
    expect(timeOf("2026-03-01 02:00:00.5+02")).toBe(Date.UTC(2026, 2, 1, 0, 0, 0, 500));
    expect(timeOf("2026-03-01 02:00:00+05:30")).toBe(Date.UTC(2026, 1, 28, 20, 30));
    expect(timeOf("2026-03-01")).toBe(Date.UTC(2026, 2, 1));
    expect(timeOf("-infinity")).toBeNull();
    expect(boundText("timestamptz", new Date(Date.UTC(2026, 2, 1)))).toBe("2026-03-01 00:00:00+00");
    expect(boundText("timestamp", new Date(Date.UTC(2026, 2, 1)))).toBe("2026-03-01 00:00:00");
    expect(boundText("date", new Date(Date.UTC(2026, 2, 1)))).toBe("2026-03-01");
  });

  test("the first new partition leaves time to make it, and its name says when it begins", () => {
    const now = Date.UTC(2026, 0, 28);
    expect(nextStart("month", now, 7)).toEqual(new Date(Date.UTC(2026, 2, 1)));
    expect(nextStart("day", now, 7)).toEqual(new Date(Date.UTC(2026, 1, 4)));
    expect(partitionSuffix("month", new Date(Date.UTC(2026, 2, 1)))).toBe("p2026_03");
    expect(partitionSuffix("week", new Date(Date.UTC(2026, 2, 2)))).toBe("p2026_03_02");
  });

  test("distinct values of another column are those expected in a part of the rows, and a serial key keeps its part", () => {
    const slice = { rows: 1_000_000, share: 0.1, before: 0.5 };
    const distinct = (count: number) => cutOther(column("int4", { ...unknown, distinct: count }), slice).statistics!.distinct;
    expect(distinct(-1)).toBe(-1);
    expect(distinct(10)).toBeCloseTo(10, 3);
    // As good as one row a value: a tenth of them is left.
    expect(distinct(900_000)).toBeGreaterThan(90_000);
    expect(distinct(900_000)).toBeLessThanOrEqual(100_000);
    const serial = { ...unknown, histogramBounds: formatArrayText(Array.from({ length: 101 }, (_, n) => String(n * 10_000))) };
    const cut = parseArrayText(cutOther(column("int8", serial), slice).statistics!.histogramBounds!);
    expect([cut[0], cut.at(-1)]).toEqual(["500000", "600000"]);
  });
});
