import { expect, test } from "vitest";
import type { Proof, Timing } from "../../src/domain/proof.ts";
import type { Report } from "../../src/domain/report.ts";
import { renderReport } from "../../src/render/index.ts";
import { literalReport, proof, recommendation } from "./literal-report.ts";
import { schemaErrors } from "./report-schema.ts";

const plan = proof.outcome.kind === "estimated" ? proof.outcome.typical!.after : null;
const timing = (medianMs: number): Timing => ({ medianMs, runs: 5, cache: "warm", plan: plan! });
const timed: Proof = {
  ...proof,
  backend: "copy",
  outcome: { kind: "measured", before: timing(120), after: timing(0.25), sameRows: true },
};
const untimed: Proof = {
  ...proof,
  family: "00bb00bb00bb00bb",
  backend: "copy",
  outcome: { kind: "inconclusive", because: "timed-out", detail: "A run took longer than 60000 ms." },
};
const report: Report = {
  ...literalReport,
  recommendations: [
    { ...recommendation, proofs: [proof, timed, untimed], benefit: { ...recommendation.benefit, timeSavedMsPerDay: 90_000 } },
  ],
};
const joined = (text: string) => text.replaceAll(/\s+/g, " ");

test.each(["terminal", "markdown"] as const)("%s says of each figure whether it is estimated or measured", (format) => {
  const text = joined(renderReport(report, format, { color: false, width: 100 }));
  expect(text).toMatch(/cost per call, estimated/i);
  expect(text).toContain("41.2 % of the workload's cost, estimated; 1 min 30 s per day saved, measured");
  expect(text).toContain("measured on the copy: 120 ms → 250 µs (−99.8 %), median of 5 runs, warm cache");
  expect(text).toContain("not measured: A run took longer than 60000 ms.");
});

test("a report that mixes them fits its schema", () => {
  expect(schemaErrors(renderReport(report, "json", { color: false, width: 80 }))).toEqual([]);
});
