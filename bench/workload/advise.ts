import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlannerName } from "../../src/config/audit-input.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import type { Report } from "../../src/domain/report.ts";
import { runAudit } from "../../src/wire.ts";
import { benchInput } from "../bench-input.ts";
import { onCopy } from "./database.ts";
import { statements } from "./statements.ts";

export interface Advice {
  readonly ddl: readonly string[];
  /** Statement → the text recommended in its place. */
  readonly texts: ReadonlyMap<string, string>;
  readonly report: Report;
  readonly seconds: number;
  readonly processorSeconds: number;
}

/** What a whole audit recommends: of the statements as a file has them, or as pg_stat_statements counted them ($n, measured times). */
export function advise(database: string, planner: PlannerName, workload: "file" | "counted"): Promise<Advice> {
  return workload === "file" ? fromFile(database, planner) : fromCounters(database, planner);
}

async function fromFile(database: string, planner: PlannerName): Promise<Advice> {
  const directory = mkdtempSync(join(tmpdir(), "plansmith-workload-"));
  try {
    const statementsFile = join(directory, "workload.sql");
    writeFileSync(statementsFile, statements.map(({ name, calls, sql }) => `-- name: ${name}\n-- calls: ${calls}\n${sql};\n`).join("\n"));
    return await run(database, planner, { statementsFile });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Each statement runs once on a copy; the audit reads the copy's counters. */
function fromCounters(database: string, planner: PlannerName): Promise<Advice> {
  return onCopy(database, async (session, copy) => {
    await session.query("create extension if not exists pg_stat_statements");
    await session.query("select pg_stat_statements_reset()");
    for (const { sql } of statements) {
      await session.query("begin");
      await session.query(sql);
      await session.query("rollback");
    }
    return run(copy, planner, {});
  });
}

async function run(database: string, planner: PlannerName, more: { readonly statementsFile?: string }): Promise<Advice> {
  const started = performance.now();
  const processor = process.cpuUsage();
  const report = await runAudit(
    {
      ...benchInput,
      source: { kind: "url", url: `postgresql:///${database}` },
      maxIndexes: null,
      maxGrowth: null,
      withValues: true,
      planner,
      ...more,
    },
    { onProgress: () => {}, signal: new AbortController().signal },
  );
  const used = process.cpuUsage(processor);
  // A place reads `workload.sql:12 (name)`.
  const nameOf = new Map(report.families.map(({ id, place }) => [id, /\((\w+)\)$/.exec(place ?? "")?.[1]]));
  const rewrites = report.recommendations.filter(({ candidate }) => candidate.change.kind === "rewrite");
  return {
    texts: new Map(
      rewrites.flatMap(({ candidate, apply }) =>
        candidate.helps.flatMap((id) => (nameOf.get(id) ? [[nameOf.get(id)!, apply[0]!] as const] : [])),
      ),
    ),
    ddl: report.recommendations.flatMap(({ candidate }) =>
      candidate.change.kind === "create-index" ? [createIndexSql(candidate.change.index)] : [],
    ),
    report,
    seconds: (performance.now() - started) / 1000,
    processorSeconds: (used.user + used.system) / 1e6,
  };
}
