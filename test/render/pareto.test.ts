import { describe, expect, test } from "vitest";
import type { ParetoSet, Report } from "../../src/domain/report.ts";
import { renderReport } from "../../src/render/index.ts";
import { literalReport } from "./literal-report.ts";

const set = (indexBytes: number, indexCount: number, weightedRatio: number, recommended = false): ParetoSet => ({
  indexBytes,
  indexCount,
  weightedRatio,
  recommended,
});
const sets = [set(0, 0, 1), set(8192 * 128, 2, 0.6), set(8192 * 1280, 5, 0.25, true), set(8192 * 12_800, 9, 0.2)];
const options = { color: false, width: 100 };
const render = (format: "terminal" | "markdown", pareto: readonly ParetoSet[]) =>
  renderReport({ ...literalReport, pareto } satisfies Report, format, options);

describe("size against saving", () => {
  test.each(["terminal", "markdown"] as const)(
    "%s: a row for each set, from none to the largest, and the recommended one marked",
    (format) => {
      const text = render(format, sets);
      expect(text).toContain("Size against saving");
      const rows = text
        .slice(text.indexOf("Size against saving"))
        .split("\n")
        .filter((line) => /\b(100|60|25|20)\.0 %/.test(line));
      expect(rows.map((row) => /(\d+)\.0 %/.exec(row)?.[1])).toEqual(["100", "60", "25", "20"]);
      expect(rows.map((row) => row.includes("recommended here"))).toEqual([false, false, true, false]);
      expect(rows[2]).toMatch(/10(\.0)? MB/);
    },
  );

  test.each(["terminal", "markdown"] as const)("%s: nothing to choose between fewer than three sets, so no table", (format) => {
    expect(render(format, sets.slice(0, 2))).not.toContain("Size against saving");
    expect(render(format, [])).not.toContain("Size against saving");
  });

  test("JSON has every set as it is", () => {
    const report = JSON.parse(renderReport({ ...literalReport, pareto: sets }, "json", options)) as Report;
    expect(report.pareto).toEqual(sets);
  });
});
