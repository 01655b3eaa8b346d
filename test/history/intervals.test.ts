import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StatementCounters } from "../../src/domain/report.ts";
import { arrivals, resetTime } from "../../src/history/arrivals.ts";
import { historyOf } from "../../src/history/history.ts";
import { at, counters, family, report } from "./literal-history.ts";

const intervals = (...points: readonly (StatementCounters | null)[]) =>
  historyOf(points.map((each, position) => report(position * 6, each ? [family("a", { counters: each })] : []))).intervals[0]!;

describe("intervals", () => {
  test("are differences, the first one since the reset", () => {
    expect(intervals(counters(100, 500), counters(160, 620))).toMatchObject([
      { report: 0, from: at(-240), to: at(0), calls: 100, totalMs: 500 },
      { report: 1, from: at(0), to: at(6), calls: 60, totalMs: 120 },
    ]);
  });

  test("after a reset they begin with it", () => {
    const [, second] = intervals(counters(100, 500), counters(120, 700, { countingSince: at(2) }));
    expect(second).toMatchObject({ from: at(2), calls: 120, totalMs: 700 });
  });

  test("counters that went down at an unknown time give none, and the next difference is right again", () => {
    expect(intervals(counters(100, 500), counters(40, 80), counters(60, 120)).map(({ report: of, calls }) => [of, calls])).toEqual([
      [0, 100],
      [2, 20],
    ]);
  });

  test("calls went up and rows down: an entry of several was lost", () => {
    expect(intervals(counters(100, 500), counters(130, 600, { rows: 50 }))).toHaveLength(1);
  });

  test("a report that does not list the statement is skipped", () => {
    expect(intervals(counters(100, 500), null, counters(150, 800)).at(-1)).toMatchObject({
      report: 2,
      from: at(0),
      calls: 50,
      totalMs: 300,
    });
  });

  test("of counters that only grow, they sum up to the last", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1000), fc.nat(10_000)), { minLength: 1, maxLength: 20 }), (steps) => {
        let [calls, totalMs] = [10, 10];
        const points = steps.map(([more, ms]) => {
          calls += more;
          totalMs += ms;
          return counters(calls, totalMs, { squaresMs2: null });
        });
        const all = intervals(...points);
        expect(all.reduce((sum, each) => sum + each.calls, 0)).toBe(calls);
        expect(all.reduce((sum, each) => sum + each.totalMs, 0)).toBeCloseTo(totalMs, 6);
      }),
    );
  });
});

describe("a reset", () => {
  const reset = { countingSince: at(3) };
  test("is seen when most statements begin anew, not when one does", () => {
    const before = report(
      0,
      ["a", "b", "c"].map((name) => family(name, { counters: counters(100, 100) })),
    );
    const all = report(
      6,
      ["a", "b", "c"].map((name) => family(name, { counters: counters(50, 50, reset) })),
    );
    const one = report(
      6,
      ["a", "b", "c"].map((name) => family(name, { counters: counters(150, 150, name === "a" ? reset : {}) })),
    );
    expect(resetTime(historyOf([before, all]))).toBe(at(3));
    expect(resetTime(historyOf([before, one]))).toBeNull();
  });
});

describe("arrivals", () => {
  const steady = (calls: number) => family("steady", { counters: counters(calls, calls) });
  const busy = [0, 1, 2, 3, 4].map((step) =>
    report(step * 6, [steady(1000 + step * 100), family("old", { counters: counters(500 + step * 50, 900) })]),
  );

  test("a statement is new when no report before has it", () => {
    const last = report(30, [
      steady(1500),
      family("old", { counters: counters(750, 900) }),
      family("young", { counters: counters(40, 1200) }),
    ]);
    const found = arrivals(historyOf([...busy, last]));
    expect(found.new.map(({ sql }) => sql)).toEqual(["select young from orders where id = $1"]);
    expect(found.gone).toEqual([]);
  });

  test("from PostgreSQL 17, one that was counted before is not new", () => {
    const own = (calls: number, since: string) => counters(calls, calls, { countingSince: since });
    const before = report(0, [family("a", { counters: own(10, at(-5)) }), family("b", { counters: own(10, at(-4)) })]);
    const now = report(6, [
      family("a", { counters: own(20, at(-5)) }),
      family("b", { counters: own(20, at(-4)) }),
      family("under", { counters: own(9, at(-3)) }),
      family("young", { counters: own(9, at(2)) }),
    ]);
    expect(arrivals(historyOf([before, now])).new.map(({ sql }) => sql)).toEqual(["select young from orders where id = $1"]);
  });

  test("a statement that is listed with the same counters is no longer called", () => {
    const last = report(30, [steady(1500), family("old", { counters: counters(700, 900) })]);
    expect(arrivals(historyOf([...busy, last])).gone.map(({ sql }) => sql)).toEqual(["select old from orders where id = $1"]);
  });

  test("an absence right after a reset says nothing yet", () => {
    const last = report(30, [family("steady", { counters: counters(2, 2, { countingSince: at(29.9) }) })]);
    expect(arrivals(historyOf([...busy, last])).gone).toEqual([]);
  });

  test("a batch between two runs is not gone", () => {
    const batch = (calls: number) => family("batch", { counters: counters(calls, calls * 9) });
    const runs = [1000, 1000, 2000, 2000, 3000].map((calls, step) => report(step * 6, [steady(1000 + step * 100), batch(calls)]));
    expect(arrivals(historyOf([...runs, report(30, [steady(1500), batch(3000)])])).gone).toEqual([]);
  });
});
