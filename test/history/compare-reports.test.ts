import { describe, expect, test } from "vitest";
import { twoWeeks } from "../../bench/history/story.ts";
import type { Recommendation } from "../../src/domain/recommendation.ts";
import type { Report } from "../../src/domain/report.ts";
import { compareReports } from "../../src/history/compare-reports.ts";
import { targetOf } from "../../src/history/target.ts";
import { renderReport } from "../../src/render/index.ts";
import { hostileSql, recommendation } from "../render/literal-report.ts";
import { schemaErrors } from "../render/report-schema.ts";
import { at, counters, family, relation, report } from "./literal-history.ts";

const mib = 1024 * 1024;
const plan = (letter: string, outline: string) => ({ id: letter.repeat(12), outline });
const compare = (...reports: readonly Report[]) => compareReports(reports.slice(0, -1), reports.at(-1)!)!;

describe("two weeks with a regression, a fix, a reset and a table that swells", () => {
  const { slowed, mended, comparisons } = twoWeeks(2, 24);

  test("each has its line, the regression with its plan", () => {
    const regression = comparisons.flatMap(({ statements }) => statements.slower).find(({ fingerprint }) => fingerprint === slowed)!;
    expect(regression).toMatchObject({ isNew: true, causes: [{ kind: "plan", before: "Index Scan t1 t1_pkey", after: "Seq Scan t1" }] });
    const last = comparisons.at(-1)!;
    expect(last.applied).toMatchObject([{ as: "made_by_hand", verdict: "paid", isNew: false }]);
    expect(Math.abs(last.applied[0]!.observedRatio! - last.applied[0]!.predictedRatio!)).toBeLessThan(0.15);
    expect(last.sizes).toMatchObject([{ relation: { name: "t5" }, kind: "bloat" }]);
    expect(comparisons.filter(({ notes }) => notes.some((note) => note.includes("reset")))).toHaveLength(1);
  });

  test("what was not planted has none", () => {
    const said = comparisons.flatMap(({ statements }) =>
      [...statements.slower, ...statements.faster].map(({ fingerprint }) => fingerprint),
    );
    expect(said.filter((each) => each !== slowed && each !== mended)).toEqual([]);
  });
});

describe("a comparison", () => {
  const steady = (hours: number) =>
    family("a", { counters: counters(1000 + hours * 10, 1000 + hours * 10), plan: plan("a", "Index Scan orders") });

  test("needs an earlier report; those of the same time and later do not count, and their order does not", () => {
    const [first, second, third] = [0, 6, 12].map((hours) => report(hours, [steady(hours)])) as [Report, Report, Report];
    expect(compareReports([], second)).toBeNull();
    expect(compareReports([second, third], second)).toBeNull();
    expect(compareReports([second, third, first], third)).toEqual(compareReports([first, second], third));
    expect(compare(first, second)).toMatchObject({ since: at(0), reports: 1, notes: [] });
  });

  test("tells a worse plan, and not one that the planner had before or another planner makes", () => {
    const other = (hours: number) => family("a", { ...steady(hours), plan: plan("b", "Seq Scan orders"), costBefore: 900 });
    const worse = compare(report(0, [steady(0)]), report(6, [other(6)]));
    expect(worse.statements.plans).toMatchObject([
      { before: "Index Scan orders", after: "Seq Scan orders", costRatio: 9, verdict: "worse", isOld: false },
    ]);
    const again = compare(report(0, [other(0)]), report(6, [steady(6)]), report(12, [other(12)]));
    expect(again.statements.plans).toMatchObject([{ verdict: "same", isOld: true }]);
    const native = { state: { planner: "native", relations: [] } };
    const elsewhere = compare(report(0, [steady(0)]), report(6, [other(6)], native));
    expect(elsewhere.statements.plans).toEqual([]);
    expect(elsewhere.notes).toEqual([expect.stringContaining("different planners")]);
  });

  test("tells indexes and tables that swell, once as new", () => {
    const state = (heapBytes: number, bytes: number) => ({
      planner: "shadow",
      relations: [
        relation({
          heapBytes,
          heapBytesNeeded: 100 * mib,
          indexes: [{ name: "orders_idx", key: "c".repeat(12), bytes, bytesNeeded: 50 * mib }],
        }),
        // Grows with its rows.
        relation({ name: "events", rows: heapBytes, heapBytes, heapBytesNeeded: null }),
      ],
    });
    const reports = [
      report(0, [], { state: state(120 * mib, 60 * mib) }),
      report(24, [], { state: state(260 * mib, 60 * mib) }),
      report(48, [], { state: state(270 * mib, 160 * mib) }),
    ];
    expect(compare(...reports.slice(0, 2)).sizes).toMatchObject([
      { relation: { name: "orders" }, index: null, kind: "bloat", isNew: true, emptyBytes: 160 * mib },
    ]);
    expect(compare(...reports).sizes).toMatchObject([
      { index: null, isNew: false },
      { index: "orders_idx", isNew: true, from: at(0) },
    ]);
  });

  test("advice that is not made any more is gone only where the run was whole and nobody followed it", () => {
    const drop: Recommendation = {
      ...recommendation,
      id: "0123456789ab",
      candidate: {
        ...recommendation.candidate,
        change: { kind: "drop-index", index: { schema: "public", name: "old_idx" }, relation: { schema: "public", name: "orders" } },
      },
    };
    const indexes = [{ name: "old_idx", key: "d".repeat(12), bytes: 9 * mib, bytesNeeded: null }];
    const before = report(0, [], {
      recommendations: [recommendation, drop],
      state: { planner: "shadow", relations: [relation({ indexes })] },
    });
    const now = compare(before, report(6, []));
    expect(now.applied).toMatchObject([{ id: drop.id, kind: "drop-index", as: null, verdict: "unknown" }]);
    expect(now.recommendations).toMatchObject({ new: [], gone: [{ id: recommendation.id }], open: 0 });
    const cut = report(6, [], { partial: { reason: "time", missing: "some" } });
    expect(compare(before, cut).recommendations.gone).toEqual([]);
    expect(compare(report(0, []), report(6, [], { recommendations: [recommendation] })).recommendations.new).toMatchObject([
      { id: recommendation.id },
    ]);
  });

  test("a rewrite is followed when its new statement is called and was not before, and its time tells whether it paid", () => {
    const rewrite: Recommendation = {
      ...recommendation,
      id: "aaaabbbbcccc",
      candidate: {
        ...recommendation.candidate,
        change: { kind: "rewrite", fingerprint: family("old").fingerprint, sql: "select 1", assumes: [] },
      },
      benefit: {
        ...recommendation.benefit,
        families: [{ family: family("old").id, costBefore: 100, costAfter: 50, worstRatio: 0.5, planChange: "" }],
      },
      rewrite: {
        rules: [],
        fingerprint: family("young").fingerprint,
        diff: "",
        assumes: [],
        databases: 1,
        mutantsKilled: null,
        mutants: null,
        warnings: [],
        indexes: [],
      },
    };
    const old = (calls: number) => family("old", { counters: counters(calls, calls * 10) });
    const young = (calls: number, ms: number) => family("young", { counters: counters(calls, calls * ms, { countingSince: at(7) }) });
    const reports = (ms: number) => [
      report(0, [old(500)], { recommendations: [rewrite] }),
      report(6, [old(1000)], { recommendations: [rewrite] }),
      report(12, [old(1000), young(400, ms)]),
      report(18, [old(1000), young(900, ms)]),
    ];
    const last = compare(...reports(4)).applied;
    expect(last).toMatchObject([{ as: family("young").id, between: [at(6), at(12)], verdict: "paid", predictedRatio: 0.5, isNew: false }]);
    expect(last[0]!.observedRatio).toBeCloseTo(0.4, 5);
    expect(compare(...reports(8)).applied).toMatchObject([{ verdict: "less" }]);
    expect(compare(...reports(9.9)).applied).toMatchObject([{ verdict: "nothing" }]);
    expect(compare(...reports(20)).applied).toMatchObject([{ verdict: "worse" }]);
    expect(compare(...reports(4).slice(0, 2)).applied).toEqual([]);
  });

  test("fits the schema, and hostile text of a statement stays inert in every format", () => {
    const hostile = family("x", { sql: hostileSql, counters: counters(900, 900), plan: plan("b", "Seq Scan <script>") });
    const before = report(0, [steady(0), { ...hostile, plan: plan("a", "Index Scan \u001b[31m"), costBefore: 10 }]);
    const now = report(6, [steady(6), hostile, family("new", { sql: hostileSql, counters: counters(50, 50) })]);
    const full = { ...now, comparison: compare(before, now) };
    expect(full.comparison.statements.plans).toHaveLength(1);
    expect(schemaErrors(JSON.stringify(full))).toEqual([]);
    const options = { color: false, width: 80 };
    const terminal = renderReport(full, "terminal", options);
    expect(terminal).toContain("Since last time");
    expect(terminal).not.toContain("\u001b");
    // A fence longer than any in the text holds it.
    expect(renderReport(full, "markdown", options).replaceAll(/````.*?````/g, "")).not.toMatch(/<script>|@everyone/);
    expect(renderReport(full, "html", options)).not.toContain("<script>alert");
  });
});

describe("a report's target", () => {
  const server = { systemIdentifier: "730", database: "shop", standby: false } as NonNullable<Report["server"]>;
  test.each([
    [server, "730/shop"],
    [{ ...server, standby: true }, "730/shop (standby)"],
    [{ ...server, systemIdentifier: null }, null],
    [null, null],
  ])("%o is %s", (of, target) => expect(targetOf({ server: of })).toBe(target));
});
