import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { advise } from "./workload/advise.ts";
import { workloadDatabase } from "./workload/database.ts";
import { execute } from "./workload/execute.ts";
import { type Judged, judge, score } from "./workload/judge.ts";
import { platform } from "./workload/platform/workload.ts";
import { utility } from "./workload/utility/workload.ts";
import type { BenchWorkload } from "./workload/workload.ts";

/**
 * Our set for a workload of many kinds of access, against sets made by hand: the best one, and the best of plain B-trees. Every set
 * is really built in a copy of the database and every statement planned by the server itself.
 *   npm run bench:workload -- [--of platform|utility] [--small] [--planner native|shadow|both] [--counted [--logged]] [--copy <url>] [--execute]
 *     [--statements] [--report <directory>]
 * needs PG* variables of a superuser on a server of PostgreSQL 15 or later with contrib where databases may be made; each database is made
 * once and kept. `--copy` names a second such server: the audit measures its set there and leaves out what that refutes. `--counted` audits pg_stat_statements (which must be loaded) in place of the file; `--execute` also runs everything;
 * `--statements` prints each statement's costs; `--report` writes each audit's report there.
 */
const has = (flag: string) => process.argv.includes(flag);
const scale = has("--small") ? 0.2 : 1;
const given = (flag: string) => (has(flag) ? process.argv[process.argv.indexOf(flag) + 1] : undefined);
const chosen = given("--planner");
const planners = chosen === "native" || chosen === "shadow" ? ([chosen] as const) : (["native", "shadow"] as const);
const workloads: Readonly<Record<string, BenchWorkload>> = { platform, utility };
const workload = workloads[given("--of") ?? "platform"];
if (!workload) throw new Error(`No workload "${given("--of")}": one of ${Object.keys(workloads).join(", ")}.`);
const { statements } = workload;
const copy = given("--copy");
const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);

const base = await workloadDatabase(workload, scale);
const ground = { database: base.name, statements };
console.log(`${workload.name}: ${statements.length} statements over ${megabytes(base.bytes)} MB (scale ${scale})`);
const none = await judge(ground, "no new index", { ddl: [] });
const hand = await judge(ground, "made by hand", { ddl: workload.handMade });
const btrees = await judge(ground, "B-trees by hand", { ddl: workload.btrees });
const ours: (Judged & { readonly texts: ReadonlyMap<string, string> })[] = [];
const unchanged: Judged[] = [];
for (const planner of planners) {
  const advice = await advise(
    { database: base.name, scale, workload, planner, logged: has("--logged"), ...(copy ? { copy } : {}) },
    has("--counted"),
  );
  const { summary, skipped, rejected, recommendations } = advice.report;
  console.log(
    `ours, ${planner}: ${advice.seconds.toFixed(0)} s (${advice.processorSeconds.toFixed(0)} s of processor), ${summary.candidateCount} candidates, ${summary.planCount} plans; predicted geomean ${summary.geometricMeanRatio.toFixed(4)}; ${skipped.length} statements skipped`,
  );
  for (const [name, sql] of advice.texts) console.log(`  rewritten: ${name}: ${sql}`);
  for (const { sql, detail } of skipped) console.log(`  skipped: ${sql.slice(0, 80)}: ${detail}`);
  for (const { sql, reason } of rejected) if (reason.includes("on the copy")) console.log(`  ${sql}\n    ${reason}`);
  for (const { apply, cautions } of recommendations)
    for (const caution of cautions) if (caution.includes("on the copy")) console.log(`  ${apply.at(-1)}\n    ${caution}`);
  if (has("--report")) writeFileSync(join(given("--report") ?? ".", `${planner}.json`), JSON.stringify(advice.report));
  const indexes = await judge(ground, `ours, ${planner}`, advice);
  ours.push({ ...indexes, texts: advice.texts });
  // What the indexes alone do, where the application keeps its statements.
  if (advice.texts.size > 0) unchanged.push(await judge(ground, `ours, ${planner}, no rewrite`, { ddl: advice.ddl }));
}

const handScore = score(statements, none, hand);
const btreeScore = score(statements, none, btrees);
console.log(
  "\n| set | indexes | MB | cost | geomean | of the hand-made saving | of its log geomean | B-trees' geomean ÷ its own | unused | worse > 1 % |\n|---|---|---|---|---|---|---|---|---|---|",
);
for (const set of [hand, btrees, ...ours, ...unchanged]) {
  const own = score(statements, none, set);
  console.log(
    `| ${set.name} | ${set.built.length} | ${megabytes(set.bytes)} | ${own.costRatio.toFixed(4)} | ${own.geomean.toFixed(4)} | ${((own.saved / handScore.saved) * 100).toFixed(1)} % | ${((Math.log(own.geomean) / Math.log(handScore.geomean)) * 100).toFixed(1)} % | ${(btreeScore.geomean / own.geomean).toFixed(2)} | ${set.unused.length} | ${own.worse.length} |`,
  );
}
for (const set of [hand, btrees, ...ours]) {
  for (const ddl of set.unused) console.log(`unused (${set.name}): ${ddl}`);
  for (const name of score(statements, none, set).worse) console.log(`worse (${set.name}): ${name}`);
}

const all = [none, hand, btrees, ...ours];
console.log("\nStatements that cost more with our set than with the one made by hand (over 5 %):");
for (const { name, about } of statements) {
  const costs = all.map((set) => set.plans.get(name)!.cost);
  const lost = ours.some((set) => set.plans.get(name)!.cost > hand.plans.get(name)!.cost * 1.05);
  if (lost || has("--statements"))
    console.log(
      `${lost ? "✗" : " "} ${about.padEnd(12)} ${name.padEnd(32)} ${costs.map((cost) => cost.toFixed(1).padStart(11)).join(" ")}`,
    );
}
if (has("--statements"))
  for (const set of ours)
    console.log(`\n${set.name}:\n${set.built.map(({ ddl, bytes }) => `${ddl}; -- ${megabytes(bytes)} MB`).join("\n")}`);

if (has("--execute")) {
  for (const set of ours) {
    const { times, marginals } = await execute(ground, { ddl: set.built.map(({ ddl }) => ddl), texts: set.texts });
    const logs = [...times.values()].map((pair) => Math.log(pair.with / pair.without));
    console.log(
      `\n${set.name}, executed: geomean of times ${Math.exp(logs.reduce((sum, each) => sum + each, 0) / logs.length).toFixed(4)}`,
    );
    for (const { name } of statements) {
      const pair = times.get(name)!;
      const [was, is] = [none.plans.get(name)!.cost, set.plans.get(name)!.cost];
      if (is < was * 0.99 && pair.with > pair.without * 1.1)
        console.log(
          `  slower though cheaper: ${name}: ${pair.without.toFixed(2)} → ${pair.with.toFixed(2)} ms, cost ${was.toFixed(0)} → ${is.toFixed(0)}`,
        );
    }
    const disagree = marginals.filter(({ ms, cost }) => cost.with < cost.without && ms.with > ms.without);
    console.log(
      `  recommendations whose measured time disagrees in direction with their cost: ${disagree.length} of ${marginals.length}, ${disagree.filter(({ isWorse }) => isWorse).length} of them by more than a tenth and 0.1 ms a call`,
    );
    for (const { ddl, readBy, cost, ms, isWorse } of disagree)
      console.log(
        `  ${isWorse ? "✗" : "≈"} ${ddl}: read by ${readBy.join(", ")}; cost ${(cost.with / cost.without).toFixed(3)} of that without it, time ${(ms.with / ms.without).toFixed(3)}`,
      );
  }
}
