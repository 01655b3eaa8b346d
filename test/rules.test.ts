import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRules } from "../rules/index.ts";
import { openRuleBench, type RuleBench } from "./support/rule-bench.ts";
import { readRuleCase } from "./support/rule-case.ts";
import { casePath, casesOf, expectBounds, expectCases, expectGates, expectHeadings, expectSources } from "./support/rule-folder.ts";

const rules = await loadRules();

describe.each([...rules])("%s", (id, rule) => {
  test("is named by its folder and says what it detects, costs and remedies, with sources", () => {
    expect(id.split("/")[0]).toBe(rule.kind);
    expect(id).toMatch(/^[a-z]+\/[a-z]+(-[a-z]+)*$/);
    for (const words of [rule.detects, rule.effect, rule.remedy]) expect(words).toMatch(/^\S.{10,}[^.\s]$/);
    expectSources(rule);
    expect(rule.propose ?? rule.inspect).toBeTypeOf("function");
  });

  test("README has its five headings in order", () => expectHeadings(id));

  test("options have sane bounds", () => expectBounds(rule.options));

  test("two cases fire at least, two stay quiet, and every version gate has one on each side", () => {
    expectCases(id, 2, 2);
    expectGates(
      rule,
      casesOf(id).map((name) => readRuleCase(casePath(id, name)).postgres ?? 18),
    );
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
    const given = readRuleCase(casePath(id, name));
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
