import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRewriteRules } from "../../rules/index.ts";
import type { Measurer } from "../../src/contract/measurer.ts";
import type { Outcome } from "../../src/domain/proof.ts";
import type { Report } from "../../src/domain/report.ts";
import { openProver } from "../../src/equivalence/prover.ts";
import { openPaperAudit, type PaperAudit, timing } from "./paper-audit.ts";

const schema = `
create table orders (id int primary key, created_at timestamptz not null);
insert into orders select n, timestamptz '2024-01-01' + n * interval '9 minutes' from generate_series(1, 60000) n;
`;
/** One rewrite that an index of today serves, and one that needs a new one. */
const statements = "select count(*) from orders where id::text = '4711'; select id from orders where created_at::date = '2024-02-05';";

let paper: PaperAudit;
beforeAll(async () => {
  paper = await openPaperAudit(schema, statements);
});
afterAll(() => paper?.close());

/** A copy on which every rewrite takes this long, and every statement as it is takes 20 ms. */
function copy(rewrittenMs: number, sameRows: boolean): Measurer {
  const outcome: Outcome = { kind: "measured", before: timing(20), after: timing(rewrittenMs), sameRows };
  return {
    description: "copy of a test",
    measure: async ({ statements: asked, rewrites = [] }) => ({
      outcomes: new Map(asked.map(({ family }) => [family, { kind: "measured", before: timing(20), after: timing(1), sameRows: true }])),
      rewrites: new Map(rewrites.map(({ candidate }) => [candidate, outcome])),
      built: new Map(),
      taken: new Map(),
      cautions: [],
    }),
    close: async () => undefined,
  };
}

const auditOn = async (measurer: Measurer): Promise<Report> =>
  paper.auditOn(measurer, { rules: await loadRewriteRules(), openProver: () => openProver(undefined) });

const recommended = (report: Report, rule: string) =>
  report.recommendations.find(({ rewrite }) => rewrite?.rules.includes(`rewrite/${rule}`));
const refusal = (report: Report) => report.rejected.find(({ reason }) => reason.includes("run on the copy"));

describe("a rewrite that was run", () => {
  test("is recommended where it was faster", async () => {
    const report = await auditOn(copy(0.1, true));
    expect(recommended(report, "text-cast-of-key")).toBeDefined();
    expect(refusal(report)).toBeUndefined();
  });

  test("is refused where it was slower, and its statement keeps its cost", async () => {
    const report = await auditOn(copy(33, true));
    expect(recommended(report, "text-cast-of-key")).toBeUndefined();
    const refused = refusal(report);
    expect(refused?.reason).toMatch(/it took 33\S* ms, the statement as it is 20\S* ms/);
    const family = report.families.find(({ id }) => refused?.candidate.helps.includes(id));
    expect(family?.costAfter).toBe(family?.costBefore);
    // The other one needs an index that was chosen for it: it stays, with a word.
    expect(recommended(report, "date-cast-range")?.cautions.join(" ")).toMatch(/took longer on the copy/);
  });

  test("is refused where it gave other rows, index or not", async () => {
    const report = await auditOn(copy(0.1, false));
    expect(report.recommendations.filter(({ rewrite }) => rewrite)).toEqual([]);
    expect(report.rejected.filter(({ reason }) => reason.includes("other rows"))).toHaveLength(2);
  });
});
