import { execFileSync } from "node:child_process";
import { runAudit } from "../src/wire.ts";
import { benchInput, plannerChoice } from "./bench-input.ts";
import { widePlatform } from "./wide-platform.ts";

/**
 * Time, memory and load on the target of a whole audit: over 500 statements on 200 tables of 20 columns.
 *   npm run bench:audit -- [tables] [statements] [auto|shadow|native]      needs psql and PG* variables of a server with pg_stat_statements loaded
 */
const tables = Number(process.argv[2] ?? 200);
const statements = Number(process.argv[3] ?? 565);
const database = `plansmith_bench_${tables}_${statements}`;
const role = "plansmith_bench_auditor";

const psql = (db: string, sql: string) =>
  execFileSync("psql", ["-XqAt", "-d", db, "-v", "ON_ERROR_STOP=1", "-f", "-"], {
    encoding: "utf8",
    input: sql,
    maxBuffer: 1 << 28,
  }).trim();

psql("postgres", `drop database if exists ${database}`);
psql("postgres", `create database ${database}`);
psql(
  "postgres",
  `do $$ begin if not exists (select from pg_roles where rolname = '${role}') then create role ${role} login; end if; end $$; grant pg_monitor to ${role};`,
);
const { schema, workload } = widePlatform(tables, statements);
psql(database, schema);
psql(
  database,
  `create extension if not exists pg_stat_statements; grant select on pg_statistic, pg_statistic_ext_data to ${role}; vacuum analyze; select pg_stat_statements_reset();`,
);
psql(database, workload);

const stages = new Map<string, number>();
let stage = "start";
let since = performance.now();
const lap = (next: string) => {
  if (next === stage) return;
  stages.set(stage, (stages.get(stage) ?? 0) + performance.now() - since);
  stage = next;
  since = performance.now();
};
const host = process.env.PGHOST ?? "127.0.0.1";
const port = process.env.PGPORT ?? "5432";
const started = performance.now();
const report = await runAudit(
  {
    ...benchInput,
    source: { kind: "url", url: `postgresql://${role}@${encodeURIComponent(host)}:${port}/${database}?sslmode=disable` },
    top: statements + 100,
    readEnds: false,
    planner: plannerChoice(process.argv[4]),
  },
  { onProgress: (next) => lap(next), signal: new AbortController().signal },
);
const seconds = (performance.now() - started) / 1000;
lap("end");

const [queries, targetMs] = psql(
  database,
  `select sum(calls), round(sum(total_exec_time)) from pg_stat_statements s join pg_roles r on r.oid = s.userid where rolname = '${role}'`,
).split("|");
console.log(
  `${report.summary.statementCount} statements planned, ${report.skipped.length} skipped, ${report.summary.relationCount} relations, ${report.summary.candidateCount} candidates, ${report.summary.planCount} plans, ${report.recommendations.length} recommended`,
);
console.log(
  `total ${seconds.toFixed(1)} s (target 60), peak memory ${(process.resourceUsage().maxRSS / 1024 / 1024).toFixed(2)} GiB (target 1.5), target database: ${queries} statements (under 50), ${targetMs} ms (under 2000)`,
);
for (const [name, ms] of stages)
  if (ms > 1) console.log(`  ${name.padEnd(10)} ${(ms / 1000).toFixed(2).padStart(7)} s  ${(ms / 10 / seconds).toFixed(1).padStart(5)} %`);
for (const skipped of report.skipped.slice(0, 5)) console.log(`  skipped: ${skipped.reason}: ${skipped.detail}`);
