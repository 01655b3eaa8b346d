import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlannerName } from "../../src/config/audit-input.ts";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import type { Report } from "../../src/domain/report.ts";
import { literalsBehind } from "../../src/syntax/literals-behind.ts";
import { substituteParameters } from "../../src/syntax/parameters.ts";
import { openParser } from "../../src/syntax/parse-sql.ts";
import { runAudit } from "../../src/wire.ts";
import { benchInput } from "../bench-input.ts";
import { databaseUrl, onCopy, workloadDatabase } from "./database.ts";
import type { BenchWorkload, WorkloadStatement } from "./workload.ts";

export interface Advice {
  readonly ddl: readonly string[];
  /** Statement → the text recommended in its place. */
  readonly texts: ReadonlyMap<string, string>;
  readonly report: Report;
  readonly seconds: number;
  readonly processorSeconds: number;
}

export interface AdviceTerms {
  readonly database: string;
  readonly scale: number;
  readonly workload: BenchWorkload;
  readonly planner: PlannerName;
  /** The counted statements' log is given as well; the server must write one (logging_collector). */
  readonly logged: boolean;
  /** URL of another server of the same version, where the set is measured; absent: it is not. */
  readonly copy?: string;
}

/** What a whole audit recommends: of the statements as a file has them, or as pg_stat_statements counted them ($n, measured times). */
export function advise(terms: AdviceTerms, counted: boolean): Promise<Advice> {
  return counted ? fromCounters(terms) : fromFile(terms);
}

async function fromFile(terms: AdviceTerms): Promise<Advice> {
  const { statements } = terms.workload;
  const directory = mkdtempSync(join(tmpdir(), "plansmith-workload-"));
  try {
    const statementsFile = join(directory, "workload.sql");
    writeFileSync(statementsFile, statements.map(({ name, calls, sql }) => `-- name: ${name}\n-- calls: ${calls}\n${sql};\n`).join("\n"));
    return await run(terms, { statementsFile });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Each statement runs once on a copy; the audit reads the copy's counters, and its log where asked to. */
function fromCounters(terms: AdviceTerms): Promise<Advice> {
  const { statements } = terms.workload;
  return onCopy(terms.database, async (session, copy) => {
    await session.query("create extension if not exists pg_stat_statements");
    await session.query("select pg_stat_statements_reset()");
    const log = terms.logged ? await openLog(session) : null;
    for (const { sql } of statements) {
      await session.query("begin");
      await session.query(sql);
      await session.query("rollback");
    }
    if (log === null) return run({ ...terms, database: copy }, {});
    const directory = mkdtempSync(join(tmpdir(), "plansmith-workload-"));
    try {
      const file = join(directory, "postgresql.log");
      writeFileSync(file, await log.written());
      return await run({ ...terms, database: copy }, { logFiles: [file] });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
}

/** From now on the session's statements are logged with their durations; `written` gives what the server's log got since. */
async function openLog(session: SqlSession): Promise<{ written(): Promise<string> }> {
  const [log] = await session.query<{ path: string; bytes: string }>(
    "select path, (pg_stat_file(path)).size::text as bytes from pg_current_logfile() path where path is not null",
  );
  if (!log) throw new Error("The server writes no log file: set logging_collector = on.");
  await session.query("set log_min_duration_statement = 0");
  return {
    async written() {
      await session.query("reset log_min_duration_statement");
      const [row] = await session.query<{ text: string }>("select pg_read_file($1, $2, 100000000) as text", [log.path, log.bytes]);
      return row!.text;
    },
  };
}

async function run(
  { database, planner, workload, scale, copy }: AdviceTerms,
  more: { readonly statementsFile?: string; readonly logFiles?: readonly string[] },
): Promise<Advice> {
  const there = copy === undefined ? null : { url: copy, name: (await workloadDatabase(workload, scale, copy)).name };
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
      ...(there === null ? {} : { copy: { url: databaseUrl(there.url, there.name), isVouchedFor: false, timeoutMs: 20_000 } }),
      ...more,
    },
    { onProgress: () => {}, signal: new AbortController().signal },
  );
  const used = process.cpuUsage(processor);
  return {
    texts: await rewrittenTexts(report, workload.statements),
    ddl: report.recommendations.flatMap(({ candidate }) =>
      candidate.change.kind === "create-index" ? [createIndexSql(candidate.change.index)] : [],
    ),
    report,
    seconds: (performance.now() - started) / 1000,
    processorSeconds: (used.user + used.system) / 1e6,
  };
}

/** Of the rewrites that are recommended: our statement's name → the text to send, with our constants for what was counted as $n. */
async function rewrittenTexts(report: Report, statements: readonly WorkloadStatement[]): Promise<ReadonlyMap<string, string>> {
  const parser = await openParser();
  try {
    const byFingerprint = new Map<string | null, WorkloadStatement>();
    for (const each of statements) byFingerprint.set(await parser.fingerprint(each.sql), each);
    const families = new Map(report.families.map((family) => [family.id, family]));
    const texts = new Map<string, string>();
    for (const { candidate, apply } of report.recommendations) {
      if (candidate.change.kind !== "rewrite") continue;
      for (const id of candidate.helps) {
        const family = families.get(id);
        const own = family && byFingerprint.get(family.fingerprint);
        if (!own) throw new Error(`A rewrite is for a statement that the bench does not have: ${family?.sql ?? id}`);
        const constants = literalsBehind(own.sql, family.sql);
        texts.set(
          own.name,
          substituteParameters(apply[0]!, ({ number }) => constants?.get(number) ?? null),
        );
      }
    }
    return texts;
  } finally {
    await parser.close();
  }
}
