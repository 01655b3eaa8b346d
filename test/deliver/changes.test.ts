import { describe, expect, test } from "vitest";
import { changesBetween, hasNews } from "../../src/deliver/changes.ts";
import { messageOf } from "../../src/deliver/message.ts";
import type { Comparison } from "../../src/domain/comparison.ts";
import type { Report } from "../../src/domain/report.ts";
import { literalReport } from "../render/literal-report.ts";

const nothing: Comparison = {
  since: "2026-11-20T10:00:00.000Z",
  reports: 3,
  statements: { new: [], gone: [], slower: [], faster: [], plans: [], serverWide: null, judged: 4, levels: [] },
  recommendations: { new: [], gone: [], open: 0 },
  findings: { new: [], gone: [], open: 0 },
  applied: [],
  sizes: [],
  indexes: { made: [], dropped: [] },
  notes: [],
};
const level = { meanMs: 10, calls: 100, intervals: 1 };
const slower: Comparison["statements"]["slower"][number] = {
  family: "00aa00aa00aa00aa",
  fingerprint: "00aa00aa00aa00aa",
  sql: "select * from orders where customer_id = $1",
  before: level,
  now: { ...level, meanMs: 23 },
  ratio: 2.3,
  probability: 0.0001,
  share: 0.31,
  from: null,
  isNew: true,
  causes: [],
};
const withSlower = (isNew: boolean): Report => ({
  ...literalReport,
  comparison: { ...nothing, statements: { ...nothing.statements, slower: [{ ...slower, isNew }] } },
});
const bloated: Report = {
  ...literalReport,
  comparison: {
    ...nothing,
    sizes: [
      {
        relation: { schema: "public", name: "events" },
        index: null,
        kind: "bloat",
        bytesBefore: 1e6,
        bytesNow: 9e6,
        rowsBefore: 10,
        rowsNow: 10,
        emptyBytes: 8e6,
        from: nothing.since,
        isNew: true,
      },
    ],
  },
};

describe("what is new since the report that arrived", () => {
  test("nothing, when the same things are said", () => {
    expect(hasNews(changesBetween(literalReport, literalReport))).toBe(false);
    expect(hasNews(changesBetween(literalReport, { ...literalReport, comparison: nothing }))).toBe(false);
  });

  test("a statement that got slower, before all advice, and in the headline", () => {
    const changes = changesBetween({ ...literalReport, recommendations: [] }, withSlower(true));
    const message = messageOf("shop", withSlower(true), changes);
    expect(message.headline).toBe(`shop: 1 regression, ${literalReport.recommendations.length} new since the last report`);
    expect(message.appeared[0]).toEqual({
      kind: "regression",
      id: "slower 00aa00aa00aa00aa",
      title: "Slower, ×2.30 its time, 31.0 % of all: select * from orders where customer_id = $1",
    });
  });

  test("still that statement, while no report that says it has arrived, and not after one has", () => {
    expect(changesBetween(literalReport, withSlower(false)).appeared).toHaveLength(1);
    expect(hasNews(changesBetween(withSlower(true), withSlower(false)))).toBe(false);
  });

  test("a regression that time has taken out of the comparison is not called gone", () => {
    expect(hasNews(changesBetween(withSlower(true), literalReport))).toBe(false);
  });

  test("a table that bloats, and advice that was applied", () => {
    expect(changesBetween(literalReport, bloated).appeared.map(({ title }) => title)).toEqual(["Bloats: events of schema public"]);
    const applied: Report = {
      ...literalReport,
      comparison: {
        ...nothing,
        applied: [
          {
            id: "3f2a9c01b2d4",
            title: "B-tree index on orders",
            kind: "create-index",
            as: "i",
            between: ["a", "b"],
            isNew: true,
            statements: 1,
            predictedRatio: 0.1,
            observedRatio: 0.2,
            savedMsPerDay: 9,
            verdict: "paid",
          },
        ],
      },
    };
    // What was applied leaves the recommendations, and is told once.
    const followed = { ...applied, recommendations: literalReport.recommendations.filter(({ id }) => id !== "3f2a9c01b2d4") };
    expect(followed.recommendations.length).toBeLessThan(literalReport.recommendations.length);
    expect(changesBetween(literalReport, followed).gone).toEqual([]);
    expect(changesBetween(literalReport, followed).appeared).toEqual([
      { kind: "applied", id: "3f2a9c01b2d4 paid", title: "B-tree index on orders: applied, and it paid" },
    ]);
  });

  test("what is gone is said, unless the report stopped early", () => {
    const [first, ...rest] = literalReport.recommendations;
    const fewer: Report = { ...literalReport, recommendations: rest };
    expect(changesBetween(literalReport, fewer).gone).toEqual([{ kind: "recommendation", id: first!.id, title: first!.title }]);
    expect(changesBetween(literalReport, { ...fewer, partial: { reason: "time", missing: "proofs" } }).gone).toBeNull();
  });
});
