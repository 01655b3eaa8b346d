import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAuditInput } from "../../src/cli/make-input.ts";
import { defaultConfig } from "../../src/config/config.ts";
import type { Recommendation } from "../../src/domain/recommendation.ts";
import type { Report } from "../../src/domain/report.ts";
import { runAudit } from "../../src/wire.ts";

// ANALYZE reads every row at this target, so that no run draws another sample: with 100 bounds, one that ends
// in the searched suffix by chance makes it a hundredth of the rows.
const schema = `
set default_statistics_target = 1000;
create table orders (id int primary key, status text not null, labels text[] not null, email text not null, created_at timestamptz not null);
insert into orders select n, (array['new', 'open', 'done'])[n % 3 + 1], array['l' || n % 900, 'm' || n % 700], 'u' || n || '@' || md5(n::text) || '.example',
  timestamptz '2024-01-01' + (n::bigint * 7919 % 60000) * interval '9 minutes' from generate_series(1, 60000) n;
analyze;
`;
const statements = [
  "select id from orders where 'l7' = any(labels);",
  "select id, status from orders where created_at::date = '2024-02-05';",
  "select id from orders where email like '%77f.example';",
  "select count(*) from orders where id::text = '4711';",
];

let folder: string;
let report: Report;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "plansmith-joint-"));
  writeFileSync(join(folder, "schema.sql"), schema);
  writeFileSync(join(folder, "statements.sql"), statements.join("\n"));
  const input = makeAuditInput(
    { kind: "schema", path: join(folder, "schema.sql") },
    { statements: join(folder, "statements.sql") },
    defaultConfig,
  );
  report = await runAudit({ ...input, withValues: true }, { onProgress: () => {}, signal: new AbortController().signal });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rewriteBy = (rule: string): Recommendation => {
  const found = report.recommendations.find((each) => each.rewrite?.rules.includes(`rewrite/${rule}`));
  if (!found) throw new Error(`no ${rule} among ${report.recommendations.map(({ title }) => title).join("; ")}`);
  return found;
};
const indexes = () => report.recommendations.filter(({ candidate }) => candidate.change.kind === "create-index");

describe("rewrites and indexes are chosen together", () => {
  test.each([
    ["array-element-containment", /USING gin \(labels\)/],
    ["date-cast-range", /\(created_at\)/],
    ["suffix-like-reversed", /reverse\(/],
  ])("%s comes with the index that it needs, in the budget and with a word on each side", (rule, index) => {
    const rewrite = rewriteBy(rule);
    expect(rewrite.rewrite?.indexes.join()).toMatch(index);
    const made = indexes().find(({ apply }) => index.test(apply.join("\n")));
    expect(made?.cautions.join(" ")).toMatch(/Only rewritten statements gain by it: apply it together with the rewrite/);
    expect(made?.price.indexBytes).toBeGreaterThan(0);
    expect(rewrite.cautions.join(" ")).toMatch(/counts on the recommended index/);
    // The rewrite's own gain: the statement as it is cannot use the index. How large it is hangs on the rows that were sampled.
    const [effect] = rewrite.benefit.families;
    expect(effect!.costAfter).toBeLessThan(effect!.costBefore * 0.8);
  });

  test("a rewrite that an index of today serves needs none of the new ones", () => {
    expect(rewriteBy("text-cast-of-key").rewrite?.indexes).toEqual([]);
  });

  test("the report's figures count both, and no statement twice", () => {
    const total = report.families.reduce((sum, family) => sum + family.calls * family.costAfter, 0);
    expect(report.summary.costAfter).toBeCloseTo(total, 6);
    for (const each of report.recommendations.filter(({ rewrite }) => rewrite)) {
      const [effect] = each.benefit.families;
      expect(report.families.find(({ id }) => id === effect!.family)?.costAfter).toBeCloseTo(effect!.costAfter, 6);
    }
  });
});
