import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Mutant, mutants } from "../src/equivalence/mutate-statement.ts";
import { openProver } from "../src/equivalence/prover.ts";
import { seededRandom } from "../src/hostile/random.ts";
import { openParser } from "../src/syntax/parse-sql.ts";
import { snapshotOf } from "./rewrites-schema.ts";

/**
 * Single changes of fifty statements of ours that allow ten or more: how many of those that really change the result a normal run tells apart. What survives is
 * searched again with another seed and many times the databases; what survives that too is taken to mean the same.
 *   npm run bench:rewrites-mutation -- [statements] [mutants of each] [effort of the long search]
 */
const [statements = 50, each = 12, effort = 8] = process.argv.slice(2).map(Number);
/** Changes a statement must allow to be taken. */
const fewest = 10;
const read = (name: string) => readFileSync(join(process.cwd(), "bench/rewrites", name), "utf8");
const befores = read("pairs.jsonl")
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as { readonly before: string }).before);
const snapshot = await snapshotOf(read("schema.sql"));
const parser = await openParser();
const chosen: { readonly before: string; readonly changed: readonly Mutant[] }[] = [];
for (const before of seededRandom(7).shuffled([...new Set(befores)])) {
  const parsed = await parser.parse(before);
  const node = parsed.kind === "parsed" ? parsed.statements[0]?.node : undefined;
  if (!node) throw new Error(`cannot parse: ${before}`);
  const changed = mutants(node, { most: each, random: seededRandom(11) });
  if (changed.length >= fewest && chosen.length < statements) chosen.push({ before, changed });
}
const prover = openProver();
const count = { made: 0, told: 0, toldByLongSearch: 0, same: 0, unsupported: 0 };
const missed: string[] = [];
try {
  for (const [at, { before, changed }] of chosen.entries()) {
    for (const mutant of changed) {
      const judge = (seed: number, budgetMs: number, times: number) =>
        prover.judge({ before, after: mutant.sql, snapshot, parser, seed, budgetMs, rowsOnly: true, effort: times });
      const first = await judge(1, 8_000, 1);
      if (first.verdict === "unsupported") {
        count.unsupported++;
        continue;
      }
      count.made++;
      if (first.verdict === "different") {
        count.told++;
        continue;
      }
      const long = await judge(2, 30_000, effort);
      if (long.verdict !== "different") {
        count.same++;
        continue;
      }
      count.toldByLongSearch++;
      missed.push(`${mutant.change}\n  ${before}\n  ${mutant.sql}`);
    }
    console.error(`${at + 1} of ${chosen.length}: ${JSON.stringify(count)}`);
  }
} finally {
  await prover.close();
  await parser.close();
}
const different = count.told + count.toldByLongSearch;
console.log(`${chosen.length} statements, ${count.made} mutants that run (${count.unsupported} do not), ${count.same} mean the same`);
console.log(`different: ${different}, told apart by a normal run: ${count.told} (${((100 * count.told) / different).toFixed(1)} %)`);
for (const miss of missed) console.log(`\nmissed: ${miss}`);
