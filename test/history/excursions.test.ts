import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { excursionsOf, longerThanExcursions } from "../../src/history/excursions.ts";
import { type Trial, trialOf } from "../../src/history/time-test.ts";

const common = { variance: 0.01, weight: 6 };
/** A statement audited once a day: ln of its time, 0 as usual. */
const statement = (levels: readonly number[]): Trial => {
  const shifted = levels.map((level, day) => {
    const to = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
    const interval = {
      report: day,
      from: null,
      isSinceReset: false,
      to,
      calls: 1000,
      totalMs: 1000,
      squaresMs2: null,
      rows: null,
      blocks: null,
    };
    return { level, observation: { interval, level, variance: 0.001 } };
  });
  return trialOf(shifted.slice(0, -3), shifted.slice(-3));
};
const calm = Array.from({ length: 18 }, () => 0);
const withRun = (from: number, length: number) => calm.map((level, day) => (day >= from && day < from + length ? 1 : level));

describe("excursions", () => {
  test("are none where nothing leaves its level", () => {
    expect(excursionsOf([statement(calm)], common, 1.3)).toMatchObject({ perWeek: 0 });
  });

  test("count once, however long, and long ones make it likelier that the next goes on", () => {
    const short = excursionsOf([statement(withRun(4, 1)), statement(calm)], common, 1.3);
    const long = excursionsOf([statement(withRun(4, 4)), statement(calm)], common, 1.3);
    // One in the two weeks between the first and the last day of the history.
    expect(short.perWeek).toBeCloseTo(0.5);
    expect(long.perWeek).toBeCloseTo(0.5);
    expect(long.goesOn).toBeGreaterThan(short.goesOn);
  });

  test("are none while they have not come back: that may be a change that stays", () => {
    expect(excursionsOf([statement(withRun(9, 20))], common, 1.3).perWeek).toBe(0);
  });

  test("of less than the least factor are no matter", () => {
    expect(excursionsOf([statement(withRun(4, 2).map((level) => level / 5))], common, 1.3).perWeek).toBe(0);
  });
});

test("the length asked for is the least one that excursions reach seldom enough, and never less than the least", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.double({ min: 0.01, max: 0.95, noNaN: true }),
      fc.integer({ min: 1, max: 8 }),
      (perWeek, goesOn, least) => {
        const length = longerThanExcursions({ perWeek, goesOn }, least, 0.5);
        const expected = (intervals: number) => perWeek * goesOn ** (intervals - 1);
        expect(length).toBeGreaterThanOrEqual(least);
        expect(expected(length)).toBeLessThanOrEqual(0.5 * (1 + 1e-9));
        if (length > least) expect(expected(length - 1)).toBeGreaterThan(0.5 * (1 - 1e-9));
      },
    ),
  );
});
