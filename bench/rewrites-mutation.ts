import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Mutant, mutants } from "../src/equivalence/mutate-statement.ts";
import { openProver } from "../src/equivalence/prover.ts";
import type { Verdict } from "../src/equivalence/verdict.ts";
import { seededRandom } from "../src/hostile/random.ts";
import { openParser, type SqlParser } from "../src/syntax/parse-sql.ts";
import { snapshotOf } from "./rewrites-schema.ts";

/**
 * Single changes of fifty statements of ours that allow ten or more: how many of those that really change the result a normal run tells apart. What survives is
 * searched again under another seed with many times the databases; what survives that too was read, and bench/rewrites/equal-mutants.jsonl says why it means
 * the same. With `--log FILE` each answer is kept there, and a run that was stopped goes on where it was.
 *   npm run bench:rewrites-mutation -- [--statements 50] [--each 12] [--effort 8] [--seed 1] [--log FILE] [--no-long]
 */
const { values } = parseArgs({
  options: {
    statements: { type: "string", default: "50" },
    each: { type: "string", default: "12" },
    effort: { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
    log: { type: "string" },
    "no-long": { type: "boolean", default: false },
  },
});
const [statements, each, effort, seed] = [values.statements, values.each, values.effort, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
/** Changes a statement must allow to be taken. */
const fewest = 10;
/** Statements are drawn from the pairs that were there first, so that those read stay the ones drawn. */
const firstPairs = 367;

interface Answer {
  readonly before: string;
  readonly sql: string;
  readonly change: string;
  readonly pass: "normal" | "long";
  readonly verdict: Verdict["verdict"];
  readonly databases: number;
  readonly note: string;
}

const read = (name: string) => readFileSync(join(process.cwd(), "bench/rewrites", name), "utf8");
const jsonLines = <T>(text: string) => (text.trim() === "" ? [] : text.trim().split("\n")).map((line) => JSON.parse(line) as T);
const equal = new Map(
  jsonLines<{ readonly before: string; readonly after: string; readonly why: string }>(read("equal-mutants.jsonl")).map((line) => [
    keyOf(line.before, line.after),
    line.why,
  ]),
);
const known = new Map<string, Answer>();
if (values.log !== undefined && existsSync(values.log))
  for (const answer of jsonLines<Answer>(readFileSync(values.log, "utf8")))
    known.set(`${answer.pass} ${keyOf(answer.before, answer.sql)}`, answer);

const snapshot = await snapshotOf(read("schema.sql"));
const parser = await openParser();
const prover = openProver();
try {
  const chosen = await chosenMutants(parser);
  const first: Answer[] = [];
  for (const [at, { before, changed }] of chosen.entries()) {
    for (const mutant of changed) first.push(await judge("normal", before, mutant, { seed, budgetMs: 8_000, effort: 1 }));
    console.error(`normal, ${at + 1} of ${chosen.length} statements: ${JSON.stringify(counted(first))}`);
  }
  const survivors = first.filter((answer) => answer.verdict === "tested" || answer.verdict === "proved");
  const second: Answer[] = [];
  for (const answer of values["no-long"] ? [] : survivors) {
    second.push(await judge("long", answer.before, answer, { seed: seed + 1000, budgetMs: 60_000, effort }));
    if (second.length % 10 === 0) console.error(`long, ${second.length} of ${survivors.length}: ${JSON.stringify(counted(second))}`);
  }
  print(chosen.length, first, values["no-long"] ? survivors : second);
} finally {
  await prover.close();
  await parser.close();
}

/** Statements of our pairs, in an order drawn once, with their changes. */
async function chosenMutants(by: SqlParser): Promise<{ readonly before: string; readonly changed: readonly Mutant[] }[]> {
  const befores = [
    ...new Set(
      jsonLines<{ readonly before: string }>(read("pairs.jsonl"))
        .slice(0, firstPairs)
        .map((pair) => pair.before),
    ),
  ];
  const chosen: { readonly before: string; readonly changed: readonly Mutant[] }[] = [];
  for (const before of seededRandom(7).shuffled(befores)) {
    const parsed = await by.parse(before);
    const node = parsed.kind === "parsed" ? parsed.statements[0]?.node : undefined;
    if (!node) throw new Error(`cannot parse: ${before}`);
    const changed = mutants(node, { most: each, random: seededRandom(11) });
    if (changed.length >= fewest && chosen.length < statements) chosen.push({ before, changed });
  }
  return chosen;
}

async function judge(
  pass: Answer["pass"],
  before: string,
  { change, sql }: Mutant,
  how: { readonly seed: number; readonly budgetMs: number; readonly effort: number },
): Promise<Answer> {
  const held = known.get(`${pass} ${keyOf(before, sql)}`);
  if (held) return held;
  const verdict = await prover.judge({ before, after: sql, snapshot, parser, rowsOnly: true, ...how });
  const answer: Answer = {
    before,
    sql,
    change,
    pass,
    verdict: verdict.verdict,
    databases: "tests" in verdict ? verdict.tests.databases : 0,
    note: verdict.verdict === "unsupported" ? verdict.reason : verdict.tests.warnings.join("; "),
  };
  if (values.log !== undefined) appendFileSync(values.log, `${JSON.stringify(answer)}\n`);
  return answer;
}

function counted(answers: readonly Answer[]): Record<string, number> {
  const count: Record<string, number> = {};
  for (const { verdict } of answers) count[verdict] = (count[verdict] ?? 0) + 1;
  return count;
}

function print(taken: number, first: readonly Answer[], left: readonly Answer[]): void {
  const told = first.filter((answer) => answer.verdict === "different").length;
  const late = left.filter((answer) => answer.verdict === "different");
  const open = left.filter((answer) => answer.verdict !== "different");
  const unread = open.filter((answer) => !equal.has(keyOf(answer.before, answer.sql)));
  const wronglyRead = [...first, ...left].filter((answer) => answer.verdict === "different" && equal.has(keyOf(answer.before, answer.sql)));
  const ran = first.length - first.filter((answer) => answer.verdict === "unsupported").length;
  console.log(`${taken} statements, ${first.length} mutants, ${ran} of them run (the others PostgreSQL refuses, or they never end)`);
  console.log(`told apart by a normal run: ${told}; only by a search of ${effort} times the length under another seed: ${late.length}`);
  console.log(
    `by neither: ${open.length}, of which read and found to mean the same: ${open.length - unread.length}, not so: ${unread.length}`,
  );
  const different = told + late.length + unread.length;
  console.log(`of ${different} that differ or were not shown to mean the same, a normal run tells ${percentOf(told, different)} % apart`);
  const reasons = new Map<string, number>();
  for (const answer of open) {
    const why = equal.get(keyOf(answer.before, answer.sql))?.replace(/:.*/, "");
    if (why !== undefined) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  for (const [why, count] of [...reasons].sort()) console.log(`  the same, ${why}: ${count}`);
  for (const miss of late) show("missed by the normal run", miss);
  for (const miss of unread) show("survivor", miss);
  for (const miss of wronglyRead) show("said to mean the same, and told apart", miss);
}

function show(what: string, { change, before, sql, databases, note }: Answer): void {
  console.log(`\n${what}: ${change} (${databases} databases${note === "" ? "" : `; ${note}`})\n  ${before}\n  ${sql}`);
}

function percentOf(part: number, all: number): string {
  return ((100 * part) / all).toFixed(1);
}

function keyOf(before: string, after: string): string {
  return JSON.stringify([before, after]);
}
