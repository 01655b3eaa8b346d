import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRewriteRules } from "../rules/index.ts";
import { deparse } from "../src/syntax/deparse.ts";
import { openRewriteBench, type RewriteBench } from "./support/rewrite-bench.ts";
import { readRuleCase } from "./support/rule-case.ts";
import { casePath, casesOf, expectCases, expectGates, expectHeadings, expectSources } from "./support/rule-folder.ts";

const rules = await loadRewriteRules();

test("there are at least thirty rewrite rules", () => expect(rules.size).toBeGreaterThanOrEqual(30));

describe.each([...rules])("%s", (id, rule) => {
  test("is named by its folder and says what it detects, costs and remedies, with sources", () => {
    expect(rule.kind).toBe("rewrite");
    expect(id).toMatch(/^rewrite\/[a-z]+(-[a-z]+)*$/);
    for (const words of [rule.detects, rule.effect, rule.remedy]) expect(words).toMatch(/^\S.{10,}[^.\s]$/);
    expectSources(rule);
  });

  test("README has its five headings in order", () => expectHeadings(id));

  test("a case fires, two stay quiet, and every version gate has one on each side", () => {
    expectCases(id, 1, 2);
    expectGates(
      rule,
      casesOf(id).map((name) => readRuleCase(casePath(id, name)).postgres ?? 18),
    );
  });
});

describe("cases", () => {
  let bench: RewriteBench;
  beforeAll(async () => {
    bench = await openRewriteBench();
  });
  afterAll(() => bench?.close());

  const cases = [...rules].flatMap(([id, rule]) => casesOf(id).map((name) => ({ id, rule, name })));
  test.each(cases)("$id $name", async ({ id, rule, name }) => {
    const path = casePath(id, name);
    const given = readRuleCase(path);
    const postgres = given.postgres ?? 18;
    const catalog = await bench.make(given);
    const statement = given.statement?.replace(/;\s*$/, "") ?? "";
    const proposals = await bench.propose(rule, statement, catalog, postgres);
    const said = proposals.map((each) => deparse(each.node));
    expect(new Set(said).size).toBe(said.length);

    if (!given.fires) {
      expect(said).toEqual([]);
      // A quiet case is a real statement too.
      for (const values of bindings(path)) await bench.rows(statement, values);
      return;
    }
    const expected = await Promise.all(given.expected.map((each) => bench.canonical(each.sql)));
    expect(expected.length).toBeGreaterThan(0);
    for (const each of expected) expect(said).toContain(each);
    for (const proposal of proposals) {
      expect(proposal.because).toMatch(/^\S.{15,}[^.\s]$/s);
      for (const each of proposal.assumes) expect(each).toMatch(/^\S.{10,}[^.\s]$/s);
      if (proposal.contract === "different-contract") continue;
      const after = deparse(proposal.node);
      for (const values of bindings(path)) {
        const [before, now] = [await bench.rows(statement, values), await bench.rows(after, values)];
        expect(before.length, "the case's rows must show something").toBeGreaterThan(0);
        expect(now.toSorted()).toEqual(before.toSorted());
      }
      // What it proposes once is enough.
      const again = await bench.propose(rule, after, catalog, postgres);
      expect(again.map((each) => deparse(each.node))).not.toContain(after);
      expect(again.length).toBeLessThan(Math.max(1, proposals.length));
      await bench.build(proposal);
    }
  });
});

/** `-- bind 5|text` lines: one run of the statement each; none for a statement without parameters. */
function bindings(path: string): readonly (readonly (string | null)[])[] {
  const lines = [...readFileSync(path, "utf8").matchAll(/^-- bind (.*)$/gm)];
  if (lines.length === 0) return [[]];
  return lines.map(([, values]) => (values ?? "").split("|").map((each) => (each === "null" ? null : each)));
}
