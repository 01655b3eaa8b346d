import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createIndexSql } from "../src/domain/index-sql.ts";
import type { Report } from "../src/domain/report.ts";
import { runAudit } from "../src/wire.ts";
import { benchInput, plannerChoice } from "./bench-input.ts";

/**
 * Sets of indexes for TPC-H's 19 queries without a limit and at the sizes that peers reach, each really built and judged by
 * `../shared/bench/score.py`. Prints the curve of cost against seconds, and the peers' rows.
 *   npm run bench:selection -- [bench directory] [database] [auto|shadow|native]     needs psql, python3 and PG* variables; makes <database>_judge
 */
const bench = resolve(process.argv[2] ?? "../shared/bench");
if (!existsSync(join(bench, "score.py"))) throw new Error(`No score.py in ${bench}: give the directory of the public workloads.`);
const database = process.argv[3] ?? "plansmith_bench_tpch";
const work = mkdtempSync(join(tmpdir(), "plansmith-selection-"));
const mb = 1024 * 1024;
/** Real size of the peers' sets in MB, and the cost that the best peer of that size reaches. */
const sizes: readonly { readonly mb: number | null; readonly target: number }[] = [
  { mb: null, target: 0.46 },
  { mb: 32, target: 0.62 },
  { mb: 45, target: 0.6 },
  { mb: 86, target: 0.55 },
];

const psql = (db: string, sql: string) =>
  execFileSync("psql", ["-XqAt", "-d", db, "-v", "ON_ERROR_STOP=1", "-c", sql], { encoding: "utf8" }).trim();

interface Score {
  readonly [key: string]: unknown;
}

function judge(report: Report, name: string): { readonly score: Score; readonly statements: string } {
  const indexes = join(work, `${name}.sql`);
  const statements = report.recommendations
    .flatMap(({ candidate }) => (candidate.change.kind === "create-index" ? [`${createIndexSql(candidate.change.index)};`] : []))
    .join("\n");
  writeFileSync(indexes, `${statements}\n`);
  psql("postgres", `drop database if exists ${database}_judge`);
  psql("postgres", `create database ${database}_judge template ${database}`);
  const out = join(work, `${name}.json`);
  const judged = spawnSync(
    "python3",
    [join(bench, "score.py"), "--db", `${database}_judge`, "--workload", join(bench, "tpch/queries19"), "--indexes", indexes, "--out", out],
    { encoding: "utf8" },
  );
  psql("postgres", `drop database if exists ${database}_judge`);
  if (judged.status !== 0) throw new Error(judged.stdout + judged.stderr);
  console.log(judged.stdout.trim());
  return { score: JSON.parse(readFileSync(out, "utf8")) as Score, statements };
}

try {
  if (psql("postgres", `select count(*) from pg_database where datname = '${database}'`) === "0")
    execFileSync("bash", [join(bench, "tpch/load.sh"), database], { stdio: "inherit" });
  const queries = join(bench, "tpch/queries19");
  const statementsFile = join(work, "workload.sql");
  const texts = readdirSync(queries)
    .filter((name) => name.endsWith(".sql"))
    .toSorted()
    .map((name) => `-- name: ${name}\n${readFileSync(join(queries, name), "utf8").trim().replace(/;$/, "")};\n`);
  writeFileSync(statementsFile, texts.join("\n"));
  const advise = (megabytes: number | null, timeBudgetMs: number | null, onBest: (ratio: number) => void) =>
    runAudit(
      {
        ...benchInput,
        planner: plannerChoice(process.argv[4]),
        source: { kind: "url", url: `postgresql:///${database}` },
        statementsFile,
        maxIndexes: null,
        maxGrowth: null,
        maxBytes: megabytes === null ? null : megabytes * mb,
        // A byte limit that is given is there to be spent.
        goal: megabytes === null ? "balanced" : "fastest",
        timeBudgetMs,
      },
      { onProgress: () => {}, signal: new AbortController().signal, onBest: ({ ratio }) => onBest(ratio) },
    );
  for (const size of sizes) {
    const name = size.mb === null ? "no-limit" : `${size.mb}-mb`;
    const started = performance.now();
    const cpu = process.cpuUsage();
    const curve: string[] = [];
    const report = await advise(size.mb, null, (ratio) =>
      curve.push(`${((performance.now() - started) / 1000).toFixed(1)} s ${ratio.toFixed(3)}`),
    );
    const seconds = (performance.now() - started) / 1000;
    const used = process.cpuUsage(cpu);
    const { summary } = report;
    console.log(
      `\n== ${name}: target ${size.target}; planned cost ${(summary.costAfter / summary.costBefore).toFixed(3)}, geomean ${summary.geometricMeanRatio.toFixed(3)}, ${(summary.indexBytes / mb).toFixed(1)} MB in ${report.recommendations.length} indexes`,
    );
    console.log(
      `   ${seconds.toFixed(1)} s wall at a load average of ${loadavg()[0]!.toFixed(1)} (target 30: ${seconds <= 30 ? "met" : "missed"}), ${((used.user + used.system) / 1e6).toFixed(1)} s of processor, ${summary.planCount} planner calls; no set of these candidates within the limit goes under ${summary.boundRatio.toFixed(3)}`,
    );
    console.log(`   curve: ${curve.filter((_, at) => at % Math.ceil(curve.length / 12) === 0 || at === curve.length - 1).join(", ")}`);
    const { statements } = judge(report, name);
    console.log(statements);
  }
  console.log("\nplanned cost by --time-budget, 45 MB:");
  for (const seconds of [5, 10, 20, 40]) {
    const started = performance.now();
    const { summary, partial, pareto } = await advise(45, seconds * 1000, () => {});
    // Without a chosen set nothing was searched: today's cost is no result of the search.
    const reached = pareto === undefined ? "no set chosen" : (summary.costAfter / summary.costBefore).toFixed(3);
    const taken = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`   ${seconds} s: ${reached} after ${taken} s, ${partial === null ? "done" : `stopped: ${partial.missing}`}`);
  }
  const peers = readFileSync(join(bench, "README.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"));
  console.log(`\n${peers.join("\n")}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
