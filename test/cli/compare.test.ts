import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareRun } from "../../src/cli/compare-run.ts";
import { defaultConfig } from "../../src/config/config.ts";
import type { Comparison } from "../../src/domain/comparison.ts";
import type { Report } from "../../src/domain/report.ts";
import { counters, family, report } from "../history/literal-history.ts";

let folder: string;
const file = (name: string) => join(folder, name);
const compare = (refs: readonly string[], flags: Parameters<typeof compareRun>[1] = {}) =>
  compareRun(refs, { output: file("out"), ...flags }, defaultConfig);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-compare-"));
  const planned = (hours: number, outline: string, costBefore: number): Report =>
    report(hours, [
      family("a", {
        counters: counters(1000 + hours, 1000 + hours),
        plan: { id: outline.startsWith("Seq") ? "b".repeat(12) : "a".repeat(12), outline },
        costBefore,
      }),
    ]);
  const server = (systemIdentifier: string) => ({ systemIdentifier, database: "shop", standby: false }) as NonNullable<Report["server"]>;
  const files = {
    "monday.json": planned(0, "Index Scan orders", 10),
    "tuesday.json": planned(24, "Seq Scan orders", 900),
    "wednesday.json": planned(48, "Seq Scan orders", 900),
    "cut.json": { ...planned(72, "Seq Scan orders", 900), partial: { reason: "time", missing: "much" } },
    "shop.json": { ...planned(0, "Index Scan orders", 10), server: server("1") },
    "other.json": { ...planned(24, "Index Scan orders", 10), server: server("2") },
    "timeless.json": { ...planned(0, "Index Scan orders", 10), generatedAt: "yesterday" },
  };
  for (const [name, content] of Object.entries(files)) await writeFile(file(name), JSON.stringify(content));
  await writeFile(file("text.json"), "no json");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("compare", () => {
  test("fails on a regression only when asked to, and only when there is one", async () => {
    const pair = [file("monday.json"), file("tuesday.json")];
    expect(await compare(pair)).toBe(0);
    expect(await compare(pair, { "fail-on-regression": true })).toBe(1);
    expect(await readFile(file("out"), "utf8")).toContain("Plans that got worse, estimated (1)");
    expect(await compare([file("tuesday.json"), file("wednesday.json")], { "fail-on-regression": true })).toBe(0);
    expect(await readFile(file("out"), "utf8")).toContain("Nothing changed that is worth a line.");
  });

  test("a report that was cut short ends with 3", async () => expect(await compare([file("tuesday.json"), file("cut.json")])).toBe(3));

  test("more than two files are a history", async () => {
    await compare(["monday.json", "tuesday.json", "wednesday.json"].map(file), { json: true });
    const comparison = JSON.parse(await readFile(file("out"), "utf8")) as Comparison;
    expect(comparison).toMatchObject({ reports: 2, since: expect.stringContaining("2026-03-03") });
  });

  test("Markdown by the ending of the file", async () => {
    await compare([file("monday.json"), file("tuesday.json")], { output: file("changes.md") });
    expect(await readFile(file("changes.md"), "utf8")).toMatch(/^# Plansmith: what changed/);
  });

  test.each([
    ["a file that is not there", ["monday.json", "none.json"], /cannot be read/],
    ["what is no JSON", ["monday.json", "text.json"], /is not JSON/],
    ["a report without a time", ["timeless.json", "monday.json"], /is no audit's/],
    ["the wrong order", ["tuesday.json", "monday.json"], /not later/],
    ["the same report twice", ["monday.json", "monday.json"], /not later/],
    ["two databases", ["shop.json", "other.json"], /different databases: 1\/shop and 2\/shop/],
  ])("%s is refused", async (_, names, message) => {
    await expect(compare(names.map(file))).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringMatching(message) });
  });

  test("without a store, what is stored cannot be named, nor a store that is none", async () => {
    await expect(compare(["last"], { store: file("no-store") })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      hint: expect.stringContaining("--store"),
    });
    const error = await compare([], { store: "mysql://me:secret@host/x" }).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: "INPUT_INVALID" });
    expect((error as Error).message).not.toContain("secret");
  });
});
