import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadRules } from "../../rules/index.ts";
import { type AuditTools, audit } from "../../src/audit/audit.ts";
import { schemaSource } from "../../src/collect/schema-source.ts";
import { readStatementsFile } from "../../src/collect/statements-file.ts";
import type { Measurer } from "../../src/contract/measurer.ts";
import type { Timing } from "../../src/domain/proof.ts";
import type { Report } from "../../src/domain/report.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser } from "../../src/syntax/parse-sql.ts";
import { catalogOnly } from "../support/catalog-only.ts";
import { plan, planNode } from "../support/plan-node.ts";

/** A schema and statements on paper, audited with the shadow planner. */
export interface PaperAudit {
  /** `more` takes the place of the tools that it names. */
  audit(more?: Partial<AuditTools>): Promise<Report>;
  /** With what stands in for a copy of production. */
  auditOn(measurer: Measurer, rewrites?: AuditTools["rewrites"]): Promise<Report>;
  close(): Promise<void>;
}

/** Writes both to a folder of their own, which `close` removes. */
export async function openPaperAudit(schema: string, statements: string): Promise<PaperAudit> {
  const parser = await openParser();
  const folder = mkdtempSync(join(tmpdir(), "plansmith-paper-audit-"));
  const schemaFile = join(folder, "schema.sql");
  const statementsFile = join(folder, "statements.sql");
  writeFileSync(schemaFile, schema);
  writeFileSync(statementsFile, statements);
  const audited: PaperAudit["audit"] = async (more) => {
    const { statements: read } = await readStatementsFile(parser, statementsFile);
    const tools: AuditTools = {
      source: schemaSource(parser, {
        ...catalogOnly,
        schemaFile,
        statements: read,
        top: 100,
        readEnds: true,
        now: new Date("2026-01-01T00:00:00Z"),
      }),
      parser,
      rules: await loadRules(),
      openPlanner: (snapshot) => openShadowPlanner(snapshot),
      ...more,
    };
    return audit(tools, {
      ruleOptions: {},
      maxIndexes: null,
      maxGrowth: null,
      maxBytes: null,
      withValues: true,
      timeBudgetMs: null,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      advisorVersion: "test",
    });
  };
  return {
    audit: audited,
    auditOn: (measurer, rewrites) => audited({ openMeasurer: async () => measurer, ...(rewrites && { rewrites }) }),
    close: async () => {
      await parser.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs on the copy, of which only the time is told. */
export function timing(medianMs: number): Timing {
  return { medianMs, runs: 5, cache: "warm", plan: { ...plan(planNode("Result", { totalCost: 0 })), executionTimeMs: medianMs } };
}
