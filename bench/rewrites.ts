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
  /** Null where nothing can be said: volatile functions, locks. */
  readonly equal: boolean | null;
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
type Answer = "accepted" | "refused" | "unsupported";
const kinds = ["right", "wrong", "cannot be judged"] as const;
const count = new Map<string, number>();
const misses: string[] = [];
const times: number[] = [];
try {
  for (const pair of pairs) {
    const started = performance.now();
    const verdict = await prover.judge({ ...pair, snapshot, parser, seed, budgetMs: 8000, rowsOnly: true });
    times.push(performance.now() - started);
    const kind = kinds[pair.equal === null ? 2 : pair.equal ? 0 : 1];
    const answer: Answer = verdict.verdict === "different" ? "refused" : verdict.verdict === "unsupported" ? "unsupported" : "accepted";
    count.set(`${kind} ${answer}`, (count.get(`${kind} ${answer}`) ?? 0) + 1);
    const expected: Answer = pair.equal === null ? "unsupported" : pair.equal ? "accepted" : "refused";
    if (answer !== expected)
      misses.push(`${pair.id} (${kind}): ${verdict.verdict}\n  ${pair.before}\n  ${pair.after}\n  ${detail(verdict)}`);
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
console.log("| | accepted | refused | unsupported |");
for (const kind of kinds)
  console.log(`| ${kind} | ${["accepted", "refused", "unsupported"].map((answer) => count.get(`${kind} ${answer}`) ?? 0).join(" | ")} |`);
console.log(
  `median ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, 95 % under ${Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0)} ms, seed ${seed}`,
);
for (const miss of misses) console.log(`\n${miss}`);

function detail(verdict: object): string {
  return JSON.stringify(verdict).slice(0, 900);
}
