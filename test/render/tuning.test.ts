import { describe, expect, test } from "vitest";
import type { Report } from "../../src/domain/report.ts";
import type { TuningAdvice } from "../../src/domain/tuning.ts";
import { renderReport } from "../../src/render/index.ts";
import { hostileSql, literalReport } from "./literal-report.ts";
import { schemaErrors } from "./report-schema.ts";

const planned: TuningAdvice = {
  id: "aaaabbbbcccc",
  rule: "tuning/work-mem-spills",
  severity: "warning",
  title: "Sorts and hashes spill to disk",
  about: { kind: "statement", family: "00aa00aa00aa00aa" },
  message: "Each call writes 12.0 MB of temporary files",
  evidence: [
    { name: "per call", value: 12_582_912, unit: "bytes" },
    { name: "share", value: 0.25, unit: "share" },
  ],
  apply: ["SET LOCAL work_mem = '64MB'"],
  undo: ["RESET work_mem"],
  takesEffect: "at-once",
  help: "Run this at the start of the transaction",
  leaveAlone: "it runs rarely",
  proof: {
    kind: "planner",
    change: "SET LOCAL work_mem = '64MB'",
    comparable: true,
    planned: 30,
    better: 2,
    worse: 1,
    changedPlans: 3,
    effects: [
      {
        family: "00aa00aa00aa00aa",
        costBefore: 2000,
        costAfter: 1000,
        rowsBefore: null,
        rowsAfter: null,
        rowsSampled: null,
        partitions: { read: 3, of: 53 },
        planChange: "no Sort",
      },
    ],
  },
};
const hostile: TuningAdvice = {
  ...planned,
  id: "ddddeeeeffff",
  rule: "tuning/missing-primary-key",
  severity: "error",
  about: { kind: "relation", relation: { schema: "public", name: hostileSql }, column: null },
  message: hostileSql,
  evidence: [{ name: "rows", value: 12_000, unit: "rows" }],
  apply: [],
  undo: [],
  takesEffect: "restart",
  proof: { kind: "unproved", why: "nobody knows" },
};
const report: Report = {
  ...literalReport,
  tuning: {
    advice: [hostile, planned],
    refused: [{ rule: "tuning/random-page-cost", about: { kind: "server" }, reason: "No plan of 30 statements changes with it." }],
    unread: [{ rule: "tuning/lock-waits", missing: ["sessions"] }],
  },
};
const options = { color: false, width: 90 };

describe("the tuning section", () => {
  test.each(["terminal", "markdown"] as const)("%s: says evidence, proof, SQL and undo, and what was refused and not read", (format) => {
    const text = renderReport(report, format, options).replaceAll(/\s+/g, " ");
    expect(text).toContain("per call 12.0 MB; share 25.0 %");
    expect(text).toContain("2 of 30 statements cost less, 1 more; 3 of 30 statements get another plan");
    expect(text).toContain("(−50.0 %); reads 3 of 53 partitions; no Sort");
    expect(text).toContain("SET LOCAL work_mem = '64MB';");
    expect(text).toContain("RESET work_mem;");
    expect(text).toContain("unproved: nobody knows");
    expect(text).toContain("Takes effect after a restart of the server.");
    expect(text).toContain("No plan of 30 statements changes with it.");
    expect(text).toMatch(/1 rule stayed quiet because these were not read: sessions/);
  });

  test("stands below the recommendations, worst first", () => {
    const text = renderReport(report, "terminal", options);
    const [recommended, tuning] = [text.indexOf(literalReport.recommendations[0]!.id), text.indexOf("Tuning: 2 proposals")];
    expect(tuning).toBeGreaterThan(recommended);
    expect(text.indexOf("error Sorts")).toBeLessThan(text.indexOf("warning Sorts"));
  });

  test("lets no control or direction character of a name through", () => {
    for (const format of ["terminal", "markdown", "json"] as const) {
      const text = renderReport(report, format, options);
      for (const character of ["\u001b", "\u009b", "\u0007", "\u202e"]) expect(text).not.toContain(character);
    }
    const markdown = renderReport(report, "markdown", options);
    const section = markdown.slice(markdown.indexOf("## Tuning"), markdown.indexOf("stayed quiet"));
    expect(section).toContain("alert(1)");
    expect(section).not.toContain("<script>");
    expect(section).not.toContain("](https://evil.example)");
  });

  test("its JSON is as the schema describes it", () => expect(schemaErrors(renderReport(report, "json", options))).toEqual([]));

  test("a report of which nobody looked at the server has none", () => {
    expect(renderReport(literalReport, "terminal", options)).not.toContain("Tuning");
    expect(renderReport({ ...literalReport, tuning: { advice: [], refused: [], unread: [] } }, "terminal", options)).toContain(
      "Tuning: nothing to say",
    );
  });
});
