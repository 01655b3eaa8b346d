import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListedRule } from "../../src/config/audit-input.ts";
import { configTable, defaultConfig } from "../../src/config/config.ts";
import { configFileName, loadConfig, parseConfig } from "../../src/config/load.ts";
import { checkRuleOptions } from "../../src/config/rule-options.ts";
import { parseBytes, parseDuration } from "../../src/config/sizes.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-config-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Message and hint of the CONFIG_INVALID that `work` ends with. */
async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    expect(error).toMatchObject({ code: "CONFIG_INVALID" });
    const { message, hint } = error as { message: string; hint: string };
    return `${message} ${hint}`;
  }
  throw new Error("was accepted");
}

describe("the configuration file", () => {
  test("may be missing unless it was asked for", async () => {
    expect(await loadConfig(folder)).toEqual(defaultConfig);
    expect(await refusal(() => loadConfig(folder, "other.json"))).toContain('"other.json"');
  });
  test("is found in the working directory and fills in defaults", async () => {
    await writeFile(join(folder, configFileName), '\uFEFF{ "maxIndexes": 3, "maxBytes": "1.5 GB", "timeBudgetMs": "2min" }');
    expect(await loadConfig(folder)).toEqual({ ...defaultConfig, maxIndexes: 3, maxBytes: 1_610_612_736, timeBudgetMs: 120_000 });
  });
  test("keeps null apart from absent: no limit is not the default", () => {
    expect(parseConfig('{ "maxIndexes": null, "maxGrowthPercent": null }', "c").maxIndexes).toBeNull();
    expect(defaultConfig.maxIndexes).toBe(10);
    expect(defaultConfig.maxGrowthPercent).toBe(10);
  });
  test.each([
    ['{ "maxIndex": 1 }', /Unknown key "maxIndex".*Did you mean "maxIndexes"/],
    ['{ "zzzzzzzzzzzz": 1 }', /Unknown key.*Known keys: top/],
    ['{ "top": "many" }', /"top" in c\.json.*expected number.*Statements/],
    ['{ "top": 1.5 }', /"top"/],
    ['{ "maxIndexes": -1 }', /"maxIndexes"/],
    ['{ "maxBytes": "lots" }', /"maxBytes".*a size such as 500MB/],
    ['{ "failOn": 101 }', /"failOn"/],
    ['{ "review": { "postgres": 160003 } }', /"review\.postgres".*<=20/],
    ['{ "rules": { "index/a": { "b": "c" } } }', /"rules\.index\/a\.b"/],
    ["[]", /one JSON object/],
    ["{", /not valid JSON/],
    ["", /not valid JSON/],
  ])("refuses %s, naming the file and the key", async (text, said) => {
    const message = await refusal(() => parseConfig(text, "c.json"));
    expect(message).toMatch(said);
    expect(message).toContain("c.json");
  });
  test("documents every key with its default", () => {
    const rows = configTable();
    expect(rows.find((row) => row.key === "maxIndexes")).toEqual({
      key: "maxIndexes",
      default: "10",
      doc: "New indexes at most; null means no limit",
    });
    expect(rows.every((row) => row.doc !== "")).toBe(true);
  });
});

describe("rule options", () => {
  const option = { default: 1000, min: 0, max: 5000, unit: "rows", doc: "Leave smaller tables alone" };
  const rule: ListedRule = {
    id: "index/btree-for-filter",
    kind: "index",
    detects: "",
    effect: "",
    remedy: "",
    sources: [],
    gates: [],
    options: { minRows: option },
  };
  const check = (options: Record<string, Record<string, number>>) => checkRuleOptions(options, [rule]);

  test("are accepted inside their range, ends included", () => {
    check({ "index/btree-for-filter": { minRows: 0 } });
    check({ "index/btree-for-filter": { minRows: 5000 } });
    check({});
  });
  test("are refused for an unknown rule or option, with the nearest name", async () => {
    expect(await refusal(() => check({ "index/btree-for-filtr": {} }))).toContain('Did you mean "index/btree-for-filter"?');
    expect(await refusal(() => check({ "index/btree-for-filter": { minRow: 1 } }))).toContain('Did you mean "minRows"?');
    expect(await refusal(() => check({ "index/btree-for-filter": { toString: 1 } }))).toContain("Unknown option");
  });
  test("are refused outside their range, with the range", async () => {
    expect(await refusal(() => check({ "index/btree-for-filter": { minRows: 5001 } }))).toContain("outside 0 to 5000 rows");
  });
});

test.each([
  ["8192", 8192],
  ["500MB", 524_288_000],
  ["1.5 gb", 1_610_612_736],
  ["0", 0],
  ["-1", null],
  ["MB", null],
  ["5 parsecs", null],
])("the size %s is %s bytes", (text, bytes) => expect(parseBytes(text)).toBe(bytes));

test.each([
  ["250", 250],
  ["30s", 30_000],
  ["2min", 120_000],
  ["1h", 3_600_000],
  ["soon", null],
])("the duration %s is %s ms", (text, ms) => expect(parseDuration(text)).toBe(ms));
