import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRewriteRules, loadRules } from "../../rules/index.ts";
import { audit } from "../../src/audit/audit.ts";
import { schemaSource } from "../../src/collect/schema-source.ts";
import { readStatementsFile } from "../../src/collect/statements-file.ts";
import type { Measurer } from "../../src/contract/measurer.ts";
import type { Outcome, Timing } from "../../src/domain/proof.ts";
import type { Report } from "../../src/domain/report.ts";
import { openProver } from "../../src/equivalence/prover.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

const schema = `
create table orders (id int primary key, created_at timestamptz not null);
insert into orders select n, timestamptz '2024-01-01' + n * interval '9 minutes' from generate_series(1, 60000) n;
`;
/** One rewrite that an index of today serves, and one that needs a new one. */
const statements = "select count(*) from orders where id::text = '4711'; select id from orders where created_at::date = '2024-02-05';";

let parser: SqlParser;
let folder: string;
beforeAll(async () => {
  parser = await openParser();
  folder = mkdtempSync(join(tmpdir(), "plansmith-refuted-"));
  writeFileSync(join(folder, "schema.sql"), schema);
  writeFileSync(join(folder, "statements.sql"), statements);
});
afterAll(async () => {
  await parser.close();
  rmSync(folder, { recursive: true });
});

const timing = (medianMs: number): Timing => ({
  medianMs,
  runs: 3,
  cache: "warm",
  plan: {
    root: {
      type: "Result",
      relation: null,
      index: null,
      indexCondition: null,
      filter: null,
      startupCost: 0,
      totalCost: 0,
      planRows: 1,
      joinType: null,
      strategy: null,
      parallelAware: false,
      scanDirection: null,
      actual: null,
      children: [],
    },
    executionTimeMs: medianMs,
  },
});

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

async function auditOn(measurer: Measurer): Promise<Report> {
  const { statements: read } = await readStatementsFile(parser, join(folder, "statements.sql"));
  return audit(
    {
      source: schemaSource(parser, {
        schemaFile: join(folder, "schema.sql"),
        statements: read,
        top: 100,
        minCalls: 0,
        includeSchemas: [],
        excludeSchemas: [],
        readEnds: true,
        redactValues: false,
        now: new Date("2026-01-01T00:00:00Z"),
      }),
      parser,
      rules: await loadRules(),
      openPlanner: (snapshot) => openShadowPlanner(snapshot),
      rewrites: { rules: await loadRewriteRules(), openProver: () => openProver(undefined) },
      openMeasurer: async () => measurer,
    },
    {
      ruleOptions: {},
      maxIndexes: null,
      maxGrowth: null,
      maxBytes: null,
      withValues: true,
      timeBudgetMs: null,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      advisorVersion: "test",
    },
  );
}

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
