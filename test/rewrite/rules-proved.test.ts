import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadRewriteRules } from "../../rules/index.ts";
import { type EquivalenceProver, openProver } from "../../src/equivalence/prover.ts";
import { deparse } from "../../src/syntax/deparse.ts";
import { openRewriteBench, type RewriteBench } from "../support/rewrite-bench.ts";
import { readRuleCase } from "../support/rule-case.ts";

const root = join(import.meta.dirname, "..", "..", "rules");
const rules = await loadRewriteRules();
const cases = [...rules].flatMap(([id, rule]) =>
  readdirSync(join(root, id, "cases"))
    .filter((name) => name.startsWith("fires-"))
    .map((name) => ({ id, rule, name })),
);

let bench: RewriteBench;
let prover: EquivalenceProver;
beforeAll(async () => {
  bench = await openRewriteBench();
  prover = openProver();
});
afterAll(async () => {
  await prover?.close();
  await bench?.close();
});

test.each(cases)("$id $name: hostile rows do not tell what the rule makes of it from the statement", async ({ id, rule, name }) => {
  const given = readRuleCase(join(root, id, "cases", name));
  const snapshot = await bench.snapshot(given);
  const before = given.statement?.replace(/;\s*$/, "") ?? "";
  for (const proposal of await bench.propose(rule, before, snapshot.catalog, given.postgres ?? 18)) {
    if (proposal.contract === "different-contract") continue;
    const verdict = await prover.judge({
      before,
      after: deparse(proposal.node),
      snapshot,
      rule: { id, assumptions: proposal.assumes },
      parser: bench.parser,
      seed: 1,
      budgetMs: 700,
    });
    expect(verdict.verdict === "different" ? verdict.counterExample.script : verdict.verdict).toBe("proved");
  }
});
