import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createIndexSql } from "../src/domain/index-sql.ts";
import { runAudit } from "../src/wire.ts";
import { benchInput, plannerChoice } from "./bench-input.ts";

/**
 * Quality of the chosen set on TPC-H (19 queries), judged by `../shared/bench/score.py`, which really builds the indexes.
 *   npm run bench:tpch -- [bench directory] [auto|shadow|native|hypopg]     needs psql, python3 and PG* variables of a server where databases may be made
 */
const bench = resolve(process.argv[2] ?? "../shared/bench");
if (!existsSync(join(bench, "score.py"))) throw new Error(`No score.py in ${bench}: give the directory of the public workloads.`);
const database = "plansmith_bench_tpch";
const work = mkdtempSync(join(tmpdir(), "plansmith-tpch-"));

const psql = (db: string, sql: string) =>
  execFileSync("psql", ["-XqAt", "-d", db, "-v", "ON_ERROR_STOP=1", "-c", sql], { encoding: "utf8" }).trim();
if (psql("postgres", `select count(*) from pg_database where datname = '${database}'`) === "0")
  execFileSync("bash", [join(bench, "tpch/load.sh"), database], { stdio: "inherit" });

try {
  const queries = join(bench, "tpch/queries19");
  const statements = join(work, "workload.sql");
  const names = execFileSync("ls", [queries], { encoding: "utf8" })
    .split("\n")
    .filter((name) => name.endsWith(".sql"));
  writeFileSync(
    statements,
    names.map((name) => `-- name: ${name}\n${readFileSync(join(queries, name), "utf8").trim().replace(/;$/, "")};\n`).join("\n"),
  );

  const started = performance.now();
  const report = await runAudit(
    {
      ...benchInput,
      source: { kind: "url", url: `postgresql:///${database}` },
      statementsFile: statements,
      maxIndexes: null,
      maxGrowth: null,
      planner: plannerChoice(process.argv[3]),
    },
    { onProgress: () => {}, signal: new AbortController().signal },
  );
  const seconds = (performance.now() - started) / 1000;

  const indexes = join(work, "ours.sql");
  const creations = report.recommendations.flatMap(({ candidate }) =>
    candidate.change.kind === "create-index" ? [candidate.change.index] : [],
  );
  writeFileSync(indexes, creations.map((index) => `${createIndexSql(index)};\n`).join(""));
  psql("postgres", `drop database if exists ${database}_judge`);
  psql("postgres", `create database ${database}_judge template ${database}`);
  const out = join(work, "ours.json");
  const judged = spawnSync(
    "python3",
    [join(bench, "score.py"), "--db", `${database}_judge`, "--workload", queries, "--indexes", indexes, "--out", out],
    { encoding: "utf8" },
  );
  if (judged.status !== 0) throw new Error(judged.stdout + judged.stderr);
  psql("postgres", `drop database ${database}_judge`);

  console.log(judged.stdout);
  console.log(
    `predicted: cost ${(report.summary.costAfter / report.summary.costBefore).toFixed(3)}, geomean ${report.summary.geometricMeanRatio.toFixed(3)}`,
  );
  console.log(`advisor ${seconds.toFixed(1)} s, ${report.summary.planCount} planner calls, ${report.summary.candidateCount} candidates`);
  console.log(`bound: no set of these candidates can go under ${report.summary.boundRatio.toFixed(3)}\n`);
  console.log(readFileSync(indexes, "utf8"));
  const peers = readFileSync(join(bench, "README.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"));
  console.log(peers.join("\n"));
} finally {
  rmSync(work, { recursive: true, force: true });
}
