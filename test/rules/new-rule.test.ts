import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newRule } from "../../rules/new-rule.ts";
import { readRuleCase } from "../support/rule-case.ts";

let rules = "";
beforeEach(() => {
  rules = mkdtempSync(join(tmpdir(), "rules-"));
});
afterEach(() => rmSync(rules, { recursive: true }));

test("a new rule has a rule, a README with its headings and a case of each kind", async () => {
  const written = await newRule(rules, "index/partial-for-status");
  expect(written.map((path) => path.slice(rules.length + 1))).toEqual([
    "index/partial-for-status/rule.ts",
    "index/partial-for-status/README.md",
    "index/partial-for-status/cases/fires-when.sql",
    "index/partial-for-status/cases/quiet-when.sql",
  ]);
  expect(readFileSync(written[1]!, "utf8").match(/^## .*$/gm)).toHaveLength(5);
  expect(readRuleCase(written[2]!)).toMatchObject({ fires: true, expected: [{ kind: "create" }] });
  expect(readRuleCase(written[3]!)).toMatchObject({ fires: false, expected: [] });
});

test("a name that is no kind and noun phrase is refused", async () => {
  for (const id of ["", "index", "partial-for-status", "index/Partial", "../index/x", "index/x/y"])
    await expect(newRule(rules, id)).rejects.toThrow("no rule name");
});

test("a rule that exists is left alone", async () => {
  await newRule(rules, "index/some-rule");
  await expect(newRule(rules, "index/some-rule")).rejects.toThrow("exists already");
});
