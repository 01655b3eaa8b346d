import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadTuningRules } from "../rules/index.ts";
import { casePath, casesOf, expectBounds, expectCases, expectGates, expectHeadings, expectSources } from "./support/rule-folder.ts";
import { openTuningBench, type TuningBench } from "./support/tuning-bench.ts";
import { readTuningCase } from "./support/tuning-case.ts";

const rules = await loadTuningRules();
const postgresOf = (id: string, name: string) => {
  const context = readTuningCase(casePath(id, name)).facts.find((each) => each.name === "context");
  return Number(context?.values.get("postgres") ?? 18);
};

describe.each([...rules])("%s", (id, rule) => {
  test("is named by its folder and says what it detects, costs and remedies, with sources", () => {
    expect(id.split("/")[0]).toBe(rule.kind);
    expect(id).toMatch(/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const words of [rule.title, rule.detects, rule.effect, rule.remedy, rule.leaveAlone]) expect(words).toMatch(/^\S.{8,}[^.\s]$/);
    expectSources(rule);
  });

  test("README has its five headings in order", () => expectHeadings(id));

  test("options have sane bounds", () => expectBounds(rule.options));

  test("a case fires at least, one stays quiet, and every version gate has one on each side", () => {
    expectCases(id, 1, 1);
    expectGates(
      rule,
      casesOf(id).map((name) => postgresOf(id, name)),
    );
  });
});

describe("cases", () => {
  let bench: TuningBench;
  beforeAll(async () => {
    bench = await openTuningBench();
  });
  afterAll(() => bench?.close());

  const cases = [...rules].flatMap(([id, rule]) => casesOf(id).map((name) => ({ id, rule, name })));
  test.each(cases)("$id $name", async ({ id, rule, name }) => {
    const given = readTuningCase(casePath(id, name));
    await bench.make(given);
    const said = await bench.advise(id, rule, given);
    const expected = await Promise.all(
      given.expected.map(async ({ head, sql }) => ({ head, sql: await Promise.all(sql.map((each) => bench.canonical(each))) })),
    );
    const sorted = (list: readonly { head: string; sql: readonly string[] }[]) =>
      list.map(({ head, sql }) => [head, ...sql].join("\n")).sort();
    expect(sorted(said)).toEqual(sorted(expected));
    expect(said.length > 0).toBe(given.fires);

    for (const { proposal } of said) {
      expect(proposal.message).toMatch(/^\S.{15,}[^.\s]$/s);
      expect(proposal.evidence.length).toBeGreaterThan(0);
      for (const { value } of proposal.evidence) if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
      for (const sql of proposal.undo) await bench.canonical(sql);
      if (proposal.trial.kind === "arithmetic") expect(proposal.trial.formula.length).toBeGreaterThan(15);
      if (proposal.trial.kind === "unproved") expect(proposal.trial.why.length).toBeGreaterThan(15);
    }

    // Once its changes are made it has no more SQL to run on what they changed.
    const done = new Set<string>();
    for (const { proposal } of said) {
      const made: boolean[] = [];
      for (const sql of proposal.apply) made.push(await bench.apply(sql));
      if (made.length > 0 && made.every(Boolean)) done.add(JSON.stringify(proposal.about));
    }
    if (done.size === 0) return;
    const again = await bench.advise(id, rule, given);
    expect(again.filter((each) => done.has(JSON.stringify(each.proposal.about))).flatMap((each) => each.sql)).toEqual([]);
  });
});
