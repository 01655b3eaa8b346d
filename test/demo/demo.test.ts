import { beforeAll, describe, expect, test } from "vitest";
import { makeAuditInput } from "../../src/cli/make-input.ts";
import { demoConfig } from "../../src/config/config.ts";
import type { IndexDefinition } from "../../src/domain/candidate.ts";
import type { Report } from "../../src/domain/report.ts";
import { renderReport } from "../../src/render/index.ts";
import { runAudit } from "../../src/wire.ts";

let report: Report;
let indexes: readonly IndexDefinition[];

beforeAll(async () => {
  report = await runAudit(makeAuditInput({ kind: "demo" }, {}, demoConfig), { onProgress: () => {}, signal: new AbortController().signal });
  indexes = report.recommendations.flatMap(({ candidate: { change } }) => (change.kind === "create-index" ? [change.index] : []));
});

/** What `plansmith demo` is there to show: every kind of index that it can prove, and honest refusals. */
describe("demo", () => {
  const kinds: readonly (readonly [string, (index: IndexDefinition) => boolean])[] = [
    ["a composite B-tree", (index) => index.accessMethod === "btree" && index.keys.length > 1],
    ["INCLUDE", (index) => index.include.length > 0],
    ["a partial index", (index) => index.predicate !== null],
    ["an expression", (index) => index.keys.some((key) => key.column === null)],
    ["GIN on jsonb", (index) => index.keys.some((key) => key.column === "metadata") && index.accessMethod === "gin"],
    ["GIN on an array", (index) => index.keys.some((key) => key.column === "tags") && index.accessMethod === "gin"],
    ["a trigram index", (index) => index.keys.some((key) => key.operatorClass === "gin_trgm_ops")],
    ["BRIN", (index) => index.accessMethod === "brin"],
  ];
  test.each(kinds)("recommends %s, with proof", (_, is) => {
    const found = report.recommendations.filter(({ candidate: { change } }) => change.kind === "create-index" && is(change.index));
    expect(found.length, indexes.map((index) => `${index.accessMethod} ${index.relation.name}`).join(", ")).toBeGreaterThan(0);
    for (const { proofs } of found) expect(proofs.length).toBeGreaterThan(0);
  });

  test("refuses candidates with a reason each", () => {
    expect(report.rejected.length).toBeGreaterThan(3);
    for (const { reason } of report.rejected) expect(reason.length).toBeGreaterThan(10);
  });

  test("recommends at least five rewrites with both proofs, each run before and after on the same rows", () => {
    const rewrites = report.recommendations.filter(({ candidate }) => candidate.change.kind === "rewrite");
    expect(rewrites.length).toBeGreaterThanOrEqual(5);
    for (const { benefit, rewrite, proofs, basis } of rewrites) {
      expect(benefit.costSaved).toBeGreaterThan(0);
      expect(rewrite?.databases).toBeGreaterThan(50);
      const measured = proofs.flatMap(({ outcome }) => (outcome.kind === "measured" ? [outcome] : []));
      expect(measured).toHaveLength(1);
      expect(measured[0]?.sameRows).toBe(true);
      expect(measured[0]?.before.runs).toBeGreaterThanOrEqual(1);
      expect(basis).toBe("measured");
    }
    for (const format of ["terminal", "markdown"] as const) {
      const page = renderReport(report, format, { width: 100, color: false });
      expect(page.match(/measured on the copy/g)?.length).toBeGreaterThanOrEqual(rewrites.length);
    }
  });

  test("skips nothing but the reset of the counters", () =>
    expect(report.skipped.map((each) => each.sql)).toEqual(["select pg_stat_statements_reset()"]));
});
