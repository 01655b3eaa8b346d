import { describe, expect, test } from "vitest";
import type { Report } from "../../src/domain/report.ts";
import { renderReport, reportFormats } from "../../src/render/index.ts";
import { hostileSql, literalReport, recommendation } from "./literal-report.ts";
import { schemaErrors } from "./report-schema.ts";

const options = { color: false, width: 80 };
const terminal = renderReport(literalReport, "terminal", options);
const markdown = renderReport(literalReport, "markdown", options);
const ansi = "\u001b[";

const empty: Report = {
  ...literalReport,
  server: null,
  origin: null,
  families: [],
  recommendations: [],
  findings: [],
  rejected: [],
  skipped: [],
  gaps: [],
  partial: { reason: "Interrupted.", missing: "7 of 9 candidates were not proved." },
};

describe.each(reportFormats)("every format: %s", (format) => {
  const text = renderReport(literalReport, format, options);

  test("names every recommendation and finding by its id", () => {
    for (const { id } of [...literalReport.recommendations, ...literalReport.findings]) expect(text).toContain(id);
  });
  test("ends with one newline and gives the same text twice", () => {
    expect(text).toMatch(/[^\n]\n$/);
    expect(renderReport(structuredClone(literalReport), format, options)).toBe(text);
  });
  test("says that a partial report is partial, and what is missing", () => {
    const partial = renderReport(empty, format, options);
    expect(partial).toMatch(/partial/i);
    expect(partial).toContain("7 of 9 candidates were not proved.");
  });
  test("lets no control or direction character of a statement through", () => {
    // JSON escapes them; the others drop them.
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\u202e/u);
  });
});

test("a partial report without advice does not claim that nothing was worth it", () => {
  for (const format of ["terminal", "markdown"] as const) {
    expect(renderReport(empty, format, options)).toContain("stopped before anything could be recommended");
    expect(renderReport({ ...empty, partial: null }, format, options)).toContain("worth its price");
  }
});

describe("terminal", () => {
  test("keeps to 80 columns where no single word is longer", () => {
    const wide = terminal.split("\n").filter((line) => [...line].length > 80);
    expect(wide).toEqual([]);
  });
  test("has colours only when told", () => {
    expect(terminal).not.toContain(ansi);
    expect(renderReport(literalReport, "terminal", { color: true, width: 80 })).toContain(ansi);
  });
  test("gives SQL that runs when its lines are joined", () => {
    const lines = terminal.split("\n").map((line) => line.trim());
    const start = lines.findIndex((line) => line.startsWith("CREATE INDEX CONCURRENTLY"));
    const end = lines.findIndex((line, position) => position >= start && line.endsWith(";"));
    expect(lines.slice(start, end + 1).join(" ")).toBe(`${recommendation.apply[0]};`);
  });
  test("puts the summary before the advice, and refusals after it, bounded", () => {
    const order = ["Workload", recommendation.title, "Refused: 8 candidates", "Without advice", "Skipped", "Gaps"];
    const places = order.map((words) => terminal.indexOf(words));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(terminal).toContain("… and 3 more");
  });
  test("shows percent with the absolute cost, and the worst parameter value", () => {
    expect(terminal).toContain("12,345 → 8.46 (−99.9 %)");
    expect(terminal).toContain("×1.02");
    expect(terminal).toContain("estimated");
    expect(terminal).not.toMatch(/measured:/i);
  });
});

describe("markdown", () => {
  test("keeps hostile SQL inside its code, and HTML out of the text", () => {
    const outside = markdown.replaceAll(/(`{3,})[a-z]*\n[\s\S]*?\n\1(?=\n|$)/g, "").replaceAll(/(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, "");
    expect(outside).not.toContain("<script>");
    expect(outside).not.toContain("@everyone");
    expect((outside.match(/<\/details>/g) ?? []).length).toBe((outside.match(/<details>/g) ?? []).length);
  });
  test("gives every row of a table as many cells as its header", () => {
    const cells = (line: string) => line.replaceAll("\\|", "").split("|").length;
    const lines = markdown.split("\n");
    lines.forEach((line, position) => {
      if (!/^\| ?---/.test(line)) return;
      for (let row = position + 1; lines[row]?.startsWith("|"); row += 1) expect(cells(lines[row]!), lines[row]).toBe(cells(line));
    });
  });
  test("escapes hostile words wherever a report has words", () => {
    const hostile: Report = {
      ...literalReport,
      recommendations: [
        { ...recommendation, title: hostileSql, cautions: [hostileSql], explanation: { text: hostileSql, writtenBy: "some-model" } },
      ],
      gaps: [{ area: "catalog", what: hostileSql, why: hostileSql, remedy: hostileSql }],
    };
    const text = renderReport(hostile, "markdown", options);
    const title = text.split("\n").find((line) => line.startsWith("### 1."))!;
    expect(title).toContain("&lt;script&gt;");
    expect(title).toContain("\\[x\\]");
    expect(title).not.toMatch(/(?<!\\)[`|[\]<>]/);
  });
});

describe("json", () => {
  const json = renderReport(literalReport, "json", options);
  test("is the report, as report.schema.json describes it", () => {
    expect(JSON.parse(json)).toEqual(literalReport);
    expect(schemaErrors(json)).toEqual([]);
    expect(schemaErrors(renderReport(empty, "json", options))).toEqual([]);
  });
  test("is refused by the schema when a figure is missing or a name is new", () => {
    const { costSaved: _, ...benefit } = recommendation.benefit;
    expect(schemaErrors(JSON.stringify({ ...literalReport, recommendations: [{ ...recommendation, benefit }] }))).not.toEqual([]);
    expect(schemaErrors(JSON.stringify({ ...literalReport, extra: 1 }))).not.toEqual([]);
  });
  test("does not depend on the order in which a report was put together", () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : value !== null && typeof value === "object"
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, each]) => [key, reversed(each)]),
            )
          : value;
    expect(renderReport(reversed(literalReport) as Report, "json", options)).toBe(json);
  });
});
