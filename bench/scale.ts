import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { saveSnapshot } from "../src/collect/saved-source.ts";
import { openParser } from "../src/syntax/parse-sql.ts";
import { runAudit, sourceOf } from "../src/wire.ts";
import { benchInput, plannerChoice } from "./bench-input.ts";
import { scaleSchema, scaleWorkload } from "./scale-platform.ts";

/**
 * A whole audit with selection of a saved snapshot of many tables, for growing numbers of statements: seconds of each stage and memory.
 *   npm run bench:scale -- [tables] [statements,statements,…] [auto|shadow|native]
 * Memory is the peak of the process so far: give one number of statements to know that number's own. The snapshot is made by a process of its
 * own, as it would lie there in life: building 500 tables takes 1 GiB that no audit needs.
 */
const makesSnapshot = process.argv[2] === "snapshot";
const tables = Number((makesSnapshot ? process.argv[3] : process.argv[2]) ?? 500);
const sizes = (process.argv[3] ?? "500,1500,5000").split(",").map(Number);
const planner = plannerChoice((makesSnapshot ? undefined : process.argv[4]) ?? "shadow");
const work = makesSnapshot ? process.argv[4]! : mkdtempSync(join(tmpdir(), "plansmith-scale-"));
const snapshotPath = join(work, "snapshot.json");

interface Seconds {
  readonly wall: number;
  readonly processor: number;
}

/** Seconds of each stage, as the audit names them. */
async function timed(statements: number, snapshot: string): Promise<ReadonlyMap<string, Seconds>> {
  const statementsFile = join(work, `${statements}.sql`);
  writeFileSync(statementsFile, scaleWorkload(tables, statements));
  const stages = new Map<string, Seconds>();
  const clock = (): Seconds => {
    const { user, system } = process.cpuUsage();
    return { wall: performance.now() / 1000, processor: (user + system) / 1e6 };
  };
  const add = (stage: string, from: Seconds) => {
    const now = clock();
    const known = stages.get(stage) ?? { wall: 0, processor: 0 };
    stages.set(stage, { wall: known.wall + now.wall - from.wall, processor: known.processor + now.processor - from.processor });
  };
  let stage = "read";
  let since = clock();
  const lap = (next: string) => {
    if (next === stage) return;
    add(stage, since);
    stage = next;
    since = clock();
  };
  const started = clock();
  const report = await runAudit(
    { ...benchInput, planner, source: { kind: "snapshot", path: snapshot }, statementsFile, maxIndexes: null },
    { onProgress: lap, signal: new AbortController().signal },
  );
  lap("end");
  add("total", started);
  const { summary } = report;
  console.log(
    `${summary.statementCount} statements planned, ${report.skipped.length} skipped, ${summary.candidateCount} candidates, ${summary.planCount} plans, ${report.recommendations.length} recommended, weighted cost ${summary.weightedRatio.toFixed(3)}, peak memory ${(process.resourceUsage().maxRSS / 1024 / 1024).toFixed(2)} GiB`,
  );
  for (const skipped of report.skipped.slice(0, 3)) console.log(`  skipped: ${skipped.reason}: ${skipped.detail}`);
  return stages;
}

async function makeSnapshot(): Promise<void> {
  const schema = join(work, "schema.sql");
  writeFileSync(schema, scaleSchema(tables));
  const parser = await openParser();
  try {
    const source = await sourceOf({ ...benchInput, source: { kind: "schema", path: schema } }, parser, []);
    await saveSnapshot(snapshotPath, await source.read({}));
  } finally {
    await parser.close();
  }
}

async function measure(): Promise<void> {
  execFileSync(process.execPath, [import.meta.filename, "snapshot", String(tables), work], { stdio: "inherit" });
  const columns: (readonly [number, ReadonlyMap<string, Seconds>])[] = [];
  for (const size of sizes) columns.push([size, await timed(size, snapshotPath)]);
  const names = [...new Set(columns.flatMap(([, stages]) => [...stages.keys()]))];
  const cell = (seconds: Seconds | undefined) => `${(seconds?.wall ?? 0).toFixed(1)} (${(seconds?.processor ?? 0).toFixed(1)})`;
  console.log(`\nSeconds of each stage (of processor)\n| stage | ${columns.map(([size]) => `${size} statements`).join(" | ")} |`);
  console.log(`|---|${columns.map(() => "---|").join("")}`);
  for (const name of names)
    if (columns.some(([, stages]) => (stages.get(name)?.wall ?? 0) >= 0.05))
      console.log(`| ${name} | ${columns.map(([, stages]) => cell(stages.get(name))).join(" | ")} |`);
}

if (makesSnapshot) await makeSnapshot();
else
  try {
    await measure();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
