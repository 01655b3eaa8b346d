import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/coverage.md"), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| Practice"))
  .map((line) => {
    const cells = line.split(/(?<!\\)\|/).map((each) => each.trim());
    return { practice: cells[1] ?? "", rule: cells[2] ?? "", proof: cells[3] ?? "", cases: cells[4] ?? "" };
  });
const inTicks = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);
const rulesIn = (text: string) => inTicks(text).filter((word) => /^(index|rewrite|migration|tuning)\/[a-z0-9-]+$/.test(word));

describe("docs/coverage.md", () => {
  test("has rows", () => expect(rows.length).toBeGreaterThan(60));

  test.each(rows.map((row) => [row.practice, row] as const))("%s: its rules and cases are there", (_, { rule, proof, cases }) => {
    if (rule.includes("not yet")) return;
    const rules = [...rulesIn(rule), ...rulesIn(cases)];
    for (const id of rules) expect(existsSync(join(root, "rules", id, "rule.ts")), id).toBe(true);
    expect(proof).not.toBe("");
    const named = inTicks(cases).filter((word) => !rulesIn(cases).includes(`${word}`) && !/^(index|rewrite|migration|tuning)\//.test(word));
    expect(named.length, cases).toBeGreaterThan(0);
    for (const name of named) {
      const found = name.startsWith("test/")
        ? existsSync(join(root, name))
        : rules.some((id) => existsSync(join(root, "rules", id, "cases", `${name}.sql`)));
      expect(found, `${name} of ${rules.join(", ")}`).toBe(true);
    }
  });

  test.each(["index", "tuning"])("every %s rule has a row", (kind) => {
    const known = new Set(rows.flatMap((row) => rulesIn(row.rule)));
    for (const name of readdirSync(join(root, "rules", kind)))
      if (existsSync(join(root, "rules", kind, name, "rule.ts"))) expect(known, name).toContain(`${kind}/${name}`);
  });
});
