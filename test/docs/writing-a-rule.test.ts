import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as kit from "../../src/rule/index.ts";
import type { Rule } from "../../src/rule/rule.ts";
import { openRuleBench, type RuleBench } from "../support/rule-bench.ts";
import { parseRuleCase } from "../support/rule-case.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/writing-a-rule.md"), "utf8");
const example = page.slice(page.indexOf("## A whole example"), page.indexOf("## The parts of an index rule"));
/** File name → its text, of the blocks that a name in backquotes stands before. */
const files = new Map([...example.matchAll(/^`([\w./-]+)`:[^\n]*\n\n```\w+\n([\s\S]*?)```$/gm)].map(([, name, text]) => [name!, text!]));
const cases = [...files].filter(([name]) => name.startsWith("cases/"));

let folder: string;
let bench: RuleBench;
let rule: Rule;
beforeAll(async () => {
  // Beside the sources, where the rule's own import finds the kit.
  folder = mkdtempSync(join(root, "node_modules/.rule-"));
  mkdirSync(join(folder, "rules/index/example"), { recursive: true });
  symlinkSync(join(root, "src"), join(folder, "src"));
  writeFileSync(join(folder, "rules/index/example/rule.ts"), files.get("rule.ts") ?? "");
  ({ default: rule } = (await import(join(folder, "rules/index/example/rule.ts"))) as { default: Rule });
  bench = await openRuleBench();
});
afterAll(async () => {
  await bench?.close();
  rmSync(folder, { recursive: true });
});

describe("docs/writing-a-rule.md", () => {
  test("has a whole rule with two cases of each kind", () => {
    expect(files.get("rule.ts")).toContain("indexRule(");
    for (const kind of ["fires-", "quiet-"])
      expect(cases.filter(([name]) => name.startsWith(`cases/${kind}`)).length).toBeGreaterThanOrEqual(2);
  });

  test.each(cases)("%s does as it says", async (name, text) => {
    const given = parseRuleCase(text, name);
    await bench.make(given);
    const said = await bench.propose(rule, given);
    const expected = await Promise.all(given.expected.map(async ({ kind, sql }) => `${kind} ${await bench.canonical(sql)}`));
    const made = said.map(({ kind, sql }) => `${kind} ${sql}`);
    if (!given.fires) expect(made).toEqual([]);
    else expect(given.exactly ? made : made.filter((each) => expected.includes(each))).toEqual(expected);
    expect(given.fires).toBe(expected.length > 0);
  });

  test("names only parts of the kit that are there", () => {
    const table = page.slice(page.indexOf("## The kit"), page.indexOf("## Before you ask"));
    const named = [...table.matchAll(/`([a-z]\w+)`/gi)].map(([, name]) => name!).filter((name) => !["assumes"].includes(name));
    expect(named.length).toBeGreaterThan(15);
    for (const name of named) expect(Object.keys(kit), name).toContain(name);
  });
});
