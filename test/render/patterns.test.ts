import { describe, expect, test } from "vitest";
import type { LikeCase } from "../../src/domain/like-case.ts";
import type { Pattern } from "../../src/domain/pattern.ts";
import type { Report } from "../../src/domain/report.ts";
import { renderReport } from "../../src/render/index.ts";
import { hostileSql, literalReport, recommendation } from "./literal-report.ts";
import { schemaErrors } from "./report-schema.ts";

const likeCase: LikeCase = {
  id: "btree-column-integer-100001-12379e91",
  title: "B-tree on integer",
  similarity: 0.93,
  change: "CREATE INDEX ON alerts (folder_id)",
  costBefore: 4506,
  costAfter: 266,
  because: null,
};
const [first, second, third] = literalReport.families;
const pattern = (title: string, more: Partial<Pattern> = {}): Pattern => ({
  id: "0123456789ab",
  title,
  detail: "On orders; all read their table whole today.",
  families: [first!.id, second!.id, third!.id],
  share: 0.61,
  servedCount: 2,
  remedy: { recommendation: recommendation.id, title: recommendation.title, serves: 1 },
  ...more,
});
const report: Report = {
  ...literalReport,
  patterns: [
    pattern("Lookups inside JSON documents"),
    pattern("Reports over whole tables", { remedy: null, servedCount: 0, share: 0.1 }),
    pattern("Too small to tell of", { share: 0.001 }),
  ],
  retrieval: { by: "the encoder access-shape", caseCount: 377, statementCount: 3, proposed: 2, recommended: 1, note: null },
  recommendations: [{ ...recommendation, likeCase }, ...literalReport.recommendations.slice(1)],
  rejected: literalReport.rejected.map((each, at) =>
    at === 0 ? { ...each, likeCase: { ...likeCase, because: "half of the rows match" } } : each,
  ),
  families: [{ ...first!, accessPath: "select relations 1" }, second!, third!],
};
const render = (format: "terminal" | "markdown" | "html" | "json", of: Report = report) =>
  renderReport(of, format, { color: false, width: 100 }).replaceAll(/\s+/g, " ");

describe.each(["terminal", "markdown", "html"] as const)("%s", (format) => {
  test("says what the workload asks for, its share, and the remedy that serves most", () => {
    const text = render(format);
    expect(text).toContain("What this workload asks for again and again");
    expect(text).toContain("Lookups inside JSON documents");
    expect(text).toMatch(/3 statements, 61\.0 % of the workload/);
    expect(text).toContain("serves 1; other recommendations 1 more; 1 has none.");
    expect(text).toContain("No recommendation serves any of them");
    expect(text).not.toContain("Too small to tell of");
  });

  test("names the case that a recommendation is like, and what retrieval gave", () => {
    const text = render(format).replaceAll(/\\([_[\]()<>*])/g, "$1");
    expect(text).toContain("B-tree on integer helped in case btree-column-integer-100001-12379e91 (similarity 0.93)");
    expect(text).toContain("2 candidates came from cases alone, 1 of them recommended");
  });

  test("makes hostile words harmless in a pattern, a case and a note", () => {
    const hostile: Report = {
      ...report,
      patterns: [pattern(hostileSql, { detail: hostileSql, remedy: { recommendation: recommendation.id, title: hostileSql, serves: 1 } })],
      retrieval: { ...report.retrieval!, note: hostileSql },
      recommendations: [{ ...recommendation, likeCase: { ...likeCase, title: hostileSql, change: hostileSql } }],
    };
    const text = renderReport(hostile, format, { color: false, width: 100 });
    if (format === "html")
      expect(text.split("<script>").length).toBe(renderReport(report, format, { color: false, width: 100 }).split("<script>").length);
    // What drives a terminal.
    if (format === "terminal") for (const driving of ["\u001b", "\u009b", "\u0007"]) expect(text).not.toContain(driving);
    if (format === "markdown") {
      const outside = text.replaceAll(/(`{3,})[a-z]*\n[\s\S]*?\n\1(?=\n|$)/g, "").replaceAll(/(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, "");
      expect(outside).not.toContain("<script>");
    }
  });

  test("has no section where there is no pattern", () => {
    expect(render(format, literalReport)).not.toContain("again and again");
    expect(render(format, { ...report, patterns: [] })).not.toContain("again and again");
  });
});

test("markdown and HTML say that the like was refused elsewhere too", () => {
  for (const format of ["markdown", "html"] as const) expect(render(format)).toContain("was refused in a like case too");
});

test("JSON is what report.schema.json describes", () => {
  expect(schemaErrors(renderReport(report, "json", { color: false, width: 80 }))).toEqual([]);
});
