import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRules } from "../rules/index.ts";
import { openRuleBench, type RuleBench } from "./support/rule-bench.ts";
import { readRuleCase } from "./support/rule-case.ts";

const root = join(import.meta.dirname, "..", "rules");
const rules = await loadRules();
const casesOf = (id: string) => {
  const folder = join(root, id, "cases");
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sql")) : [];
};

describe.each([...rules])("%s", (id, rule) => {
  test("is named by its folder and says what it detects, costs and remedies, with sources", () => {
    expect(id.split("/")[0]).toBe(rule.kind);
    expect(id).toMatch(/^[a-z]+\/[a-z]+(-[a-z]+)*$/);
    for (const words of [rule.detects, rule.effect, rule.remedy]) expect(words).toMatch(/^\S.{10,}[^.\s]$/);
    for (const source of [...rule.sources, ...(rule.gates ?? []).map((gate) => gate.source)]) {
      expect(source.url).toMatch(/^https:\/\//);
      expect(source.says.length).toBeGreaterThan(20);
    }
    expect(rule.propose ?? rule.inspect).toBeTypeOf("function");
  });

  test("README has its five headings in order", () => {
    const headings = readFileSync(join(root, id, "README.md"), "utf8").match(/^#{2,}\s+.*$/gm);
    expect(headings).toEqual(["## Problem", "## Why it costs", "## What to do", "## When to leave it alone", "## Sources"]);
  });

  test("options have sane bounds", () => {
    for (const option of Object.values(rule.options ?? {})) {
      expect(option.min).toBeLessThanOrEqual(option.default);
      expect(option.default).toBeLessThanOrEqual(option.max);
      expect(option.doc.length).toBeGreaterThan(10);
    }
  });

  test("two cases fire at least, two stay quiet, and every version gate has one on each side", () => {
    const names = casesOf(id);
    expect(names.filter((name) => name.startsWith("fires-")).length).toBeGreaterThanOrEqual(2);
    expect(names.filter((name) => name.startsWith("quiet-")).length).toBeGreaterThanOrEqual(2);
    const versions = names.map((name) => readRuleCase(join(root, id, "cases", name)).postgres ?? 18);
    for (const gate of rule.gates ?? []) {
      expect(versions.some((version) => version < gate.from)).toBe(true);
      expect(versions.some((version) => version >= gate.from)).toBe(true);
    }
  });
});

describe("cases", () => {
  let bench: RuleBench;
  beforeAll(async () => {
    bench = await openRuleBench();
  });
  afterAll(() => bench?.close());

  const cases = [...rules].flatMap(([id, rule]) => casesOf(id).map((name) => ({ id, rule, name })));
  test.each(cases)("$id $name", async ({ id, rule, name }) => {
    const given = readRuleCase(join(root, id, "cases", name));
    await bench.make(given);
    const first = await bench.propose(rule, given);
    const changes = first.filter((each) => each.kind !== "refuse");
    const expected = await Promise.all(given.expected.map(async ({ kind, sql }) => ({ kind, sql: await bench.canonical(sql) })));

    const said = first.map(({ kind, sql }) => `${kind} ${sql}`).sort();
    for (const each of expected) expect(said).toContain(`${each.kind} ${each.sql}`);
    if (given.exactly) expect(said).toEqual(expected.map(({ kind, sql }) => `${kind} ${sql}`).sort());
    if (!given.fires) expect(changes.map((each) => each.sql)).toEqual([]);
    if (given.fires) expect(expected.some((each) => each.kind !== "refuse")).toBe(true);

    // Bounded, each once, and a reason that is a sentence without its full stop.
    expect(new Set(said).size).toBe(said.length);
    expect(first.length).toBeLessThanOrEqual(16 * Math.max(1, bench.scanCount));
    for (const { because } of first) expect(because).toMatch(/^\S.{15,}[^.\s]$/s);

    // Once its changes are made the rule has nothing more to say.
    if (changes.length === 0) return;
    for (const each of changes) await bench.apply(each.sql);
    const again = await bench.propose(rule, given);
    expect(again.filter((each) => each.kind !== "refuse").map((each) => each.sql)).toEqual([]);
  });
});
