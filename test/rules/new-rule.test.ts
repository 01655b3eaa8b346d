import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newRule } from "../../rules/new-rule.ts";
import * as kit from "../../src/rule/index.ts";
import { readMigrationCase } from "../support/migration-case.ts";
import { readRuleCase } from "../support/rule-case.ts";
import { readTuningCase } from "../support/tuning-case.ts";

let rules = "";
beforeEach(() => {
  rules = mkdtempSync(join(tmpdir(), "rules-"));
});
afterEach(() => rmSync(rules, { recursive: true }));

/** What the rule harnesses of each kind ask for. */
const kinds = [
  { kind: "index", fires: 1, quiet: 1 },
  { kind: "migration", fires: 2, quiet: 2 },
  { kind: "rewrite", fires: 1, quiet: 2 },
  { kind: "tuning", fires: 1, quiet: 1 },
];

test.each(kinds)(
  "a new $kind rule has a rule of the kit, a README with its headings and as many cases as its harness asks for",
  async ({ kind, fires, quiet }) => {
    const written = (await newRule(rules, `${kind}/partial-for-status`)).map((path) => path.slice(rules.length + 1));
    const folder = `${kind}/partial-for-status`;
    expect(written).toEqual(expect.arrayContaining([`${folder}/rule.ts`, `${folder}/README.md`]));
    expect(written.filter((path) => path.includes("/cases/fires-"))).toHaveLength(fires);
    expect(written.filter((path) => path.includes("/cases/quiet-"))).toHaveLength(quiet);
    const rule = readFileSync(join(rules, folder, "rule.ts"), "utf8");
    const [, names = "", from = ""] = /^import \{ ([^}]*) \} from "([^"]+)"/.exec(rule) ?? [];
    expect(from).toBe("../../../src/rule/index.ts");
    expect(Object.keys(kit)).toEqual(expect.arrayContaining(names.split(", ")));
    expect(readFileSync(join(rules, folder, "README.md"), "utf8").match(/^## .*$/gm)).toHaveLength(5);
  },
);

test("its cases are read as the harness of its kind reads them", async () => {
  for (const { kind } of kinds) await newRule(rules, `${kind}/some-rule`);
  const path = (kind: string, name: string) => join(rules, kind, "some-rule", "cases", name);
  expect(readRuleCase(path("index", "fires-when.sql"))).toMatchObject({ fires: true, expected: [{ kind: "create" }] });
  expect(readRuleCase(path("index", "quiet-when.sql"))).toMatchObject({ fires: false, expected: [] });
  expect(readRuleCase(path("rewrite", "fires-when.sql")).statement).toMatch(/^select distinct/);
  expect(readMigrationCase(path("migration", "fires-when.sql"), "some-rule").expected).toEqual(["some-rule"]);
  expect(readMigrationCase(path("migration", "quiet-when.sql"), "some-rule").expected).toEqual([]);
  expect(readTuningCase(path("tuning", "fires-when.sql")).facts[0]).toMatchObject({ name: "example" });
});

test("a name that is no kind and noun phrase is refused", async () => {
  for (const id of ["", "index", "partial-for-status", "index/Partial", "../index/x", "index/x/y", "no-kind/x"])
    await expect(newRule(rules, id)).rejects.toThrow("no rule name");
});

test("a rule that exists is left alone", async () => {
  await newRule(rules, "index/some-rule");
  await expect(newRule(rules, "index/some-rule")).rejects.toThrow("exists already");
});
