import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openProver } from "../src/equivalence/prover.ts";
import { openParser } from "../src/syntax/parse-sql.ts";
import { snapshotOf } from "./rewrites-schema.ts";

/**
 * Right and wrong rewrites of our own, among them every trap of the literature: how many wrong ones are accepted, how many right ones
 * refused, and how long it takes.
 *   npm run bench:rewrites -- [part of an id] [seed]
 */
interface OwnPair {
  readonly id: string;
  readonly equal: boolean;
  readonly before: string;
  readonly after: string;
}

const root = process.cwd();
const read = (name: string) => readFileSync(join(root, "bench/rewrites", name), "utf8");
const only = process.argv[2];
const seed = Number(process.argv[3] ?? 1);
const pairs = read("pairs.jsonl")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as OwnPair)
  .filter((pair) => only === undefined || only === "all" || pair.id.includes(only));

const snapshot = await snapshotOf(read("schema.sql"));
const parser = await openParser();
const prover = openProver();
const count = { rightAccepted: 0, rightRefused: 0, wrongRefused: 0, wrongAccepted: 0 };
const misses: string[] = [];
const times: number[] = [];
try {
  for (const pair of pairs) {
    const started = performance.now();
    const verdict = await prover.judge({ ...pair, snapshot, parser, seed, budgetMs: 8000, rowsOnly: true });
    times.push(performance.now() - started);
    const accepted = verdict.verdict === "tested" || verdict.verdict === "proved";
    if (pair.equal) count[accepted ? "rightAccepted" : "rightRefused"]++;
    else count[verdict.verdict === "different" ? "wrongRefused" : "wrongAccepted"]++;
    if (pair.equal !== accepted || verdict.verdict === "unsupported")
      misses.push(
        `${pair.id} (${pair.equal ? "right" : "wrong"}): ${verdict.verdict}\n  ${pair.before}\n  ${pair.after}\n  ${detail(verdict)}`,
      );
    if (only !== undefined && only !== "all") console.log(JSON.stringify({ pair, verdict }, null, 1));
  }
} finally {
  await prover.close();
  await parser.close();
}

/** The first judgement boots; medians are of the others. */
const sorted = times.slice(1).sort((a, b) => a - b);
const cpu = process.cpuUsage();
console.log(`processor ${((cpu.user + cpu.system) / 1e6 / pairs.length).toFixed(2)} s a pair, boot and all`);
console.log("         | accepted | refused");
console.log(`right    | ${count.rightAccepted} | ${count.rightRefused}`);
console.log(`wrong    | ${count.wrongAccepted} | ${count.wrongRefused}`);
console.log(
  `median ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, 95 % under ${Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0)} ms, seed ${seed}`,
);
for (const miss of misses) console.log(`\n${miss}`);

function detail(verdict: object): string {
  return JSON.stringify(verdict).slice(0, 900);
}
