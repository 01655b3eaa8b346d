import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Snapshot } from "../src/domain/snapshot.ts";
import { openProver } from "../src/equivalence/prover.ts";
import type { Verdict } from "../src/equivalence/verdict.ts";
import { openParser, type SqlParser } from "../src/syntax/parse-sql.ts";
import { inferredSchema, snapshotOf } from "./rewrites-schema.ts";

/**
 * The public pairs: what their publishers' random search of several hundred rounds refuted, against one normal run of ours. With
 * `--search`, what the run did not tell apart is searched again under other seeds, for so many seconds over all pairs together.
 * The application statements come without a schema: columns are inferred, and bench/rewrites/app-constraints.sql adds what the
 * applications' own schemas declare about them.
 *   npm run bench:rewrites-public -- [directory with the pairs] [part of an id] [--search SECONDS]
 */
interface Case {
  readonly id: string;
  readonly suite: string;
  readonly before: string;
  readonly after: string;
  readonly runs: boolean;
  readonly refuted: boolean;
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { search: { type: "string" } } });
const folder = resolve(positionals[0] ?? "../shared/bench/rewrites");
const only = positionals[1];
const constraints = readFileSync(join(process.cwd(), "bench/rewrites/app-constraints.sql"), "utf8")
  .split("\n")
  .filter((line) => !line.startsWith("--") && line !== "");
const lines = (file: string) =>
  readFileSync(join(folder, file), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string | boolean | { verdict?: string } | null | undefined>);
const caseOf = (row: Record<string, unknown>, suite: string, [before, after]: readonly [string, string]): Case => ({
  id: String(row.id),
  suite,
  before: String(row[before]),
  after: String(row[after]),
  runs: row.plans_on_pg15 === true,
  refuted: ((row.difftest ?? {}) as { verdict?: string }).verdict === "refuted",
});
const cases = [
  ...lines("calcite-spark-pairs.jsonl").map((row) => caseOf(row, String(row.suite), ["q1", "q2"])),
  ...lines("wetune-issues.jsonl").map((row) => caseOf(row, `wetune (schema inferred)`, ["slow_sql", "fast_sql"])),
].filter((each) => only === undefined || each.id.includes(only));

const parser = await openParser();
const prover = openProver();
const calcite = await snapshotOf(readFileSync(join(folder, "calcite_test.pg.sql"), "utf8"));
const rows: { readonly given: Case; readonly snapshot: Snapshot; readonly verdict: Verdict; readonly ms: number }[] = [];
for (const given of cases.filter((each) => each.runs)) {
  const snapshot = given.suite.startsWith("wetune") ? await inferred(parser, given) : calcite;
  const started = performance.now();
  const verdict = await prover.judge({ ...given, snapshot, parser, seed: 1, budgetMs: 8000, rowsOnly: true });
  rows.push({ given, snapshot, verdict, ms: performance.now() - started });
  if (only !== undefined) console.log(JSON.stringify({ id: given.id, before: given.before, after: given.after, verdict }, null, 1));
}

console.log(
  "suite | pairs | they run | published as different | different | of those published | tested | unsupported | median ms | slowest ms",
);
for (const suite of new Set(cases.map((each) => each.suite))) {
  const mine = rows.filter((row) => row.given.suite === suite);
  const times = mine.map((row) => row.ms).sort((a, b) => a - b);
  const is = (word: Verdict["verdict"]) => mine.filter((row) => row.verdict.verdict === word);
  console.log(
    [
      suite,
      cases.filter((each) => each.suite === suite).length,
      mine.length,
      mine.filter((row) => row.given.refuted).length,
      is("different").length,
      is("different").filter((row) => row.given.refuted).length,
      is("tested").length,
      is("unsupported").length,
      Math.round(times[times.length >> 1] ?? 0),
      Math.round(times.at(-1) ?? 0),
    ].join(" | "),
  );
}
console.log("\nWhere we and the publishers disagree, and what was not judged:");
for (const { given, verdict } of rows) {
  const different = verdict.verdict === "different";
  if (different === given.refuted && verdict.verdict !== "unsupported") continue;
  const why =
    verdict.verdict === "unsupported"
      ? verdict.reason
      : different
        ? `${verdict.counterExample.kind} ${JSON.stringify([verdict.counterExample.inserts, verdict.counterExample.before, verdict.counterExample.after])}`
        : verdict.tests.warnings.join("; ");
  console.log(`${given.id}: published ${given.refuted ? "different" : "not told apart"}, here ${verdict.verdict} (${why})`);
}

if (values.search !== undefined) await searchOn(Number(values.search));
await prover.close();
await parser.close();

/** Round after round over the pairs still open, each round under a seed of its own. */
async function searchOn(seconds: number): Promise<void> {
  const started = performance.now();
  const left = () => seconds * 1000 - (performance.now() - started);
  let open = rows.filter((row) => row.verdict.verdict === "tested");
  const told: string[] = [];
  let runs = 0;
  let databases = 0;
  for (let seed = 2; open.length > 0 && left() > 0; seed++)
    for (const row of open) {
      if (left() <= 0) break;
      const verdict = await prover.judge({ ...row.given, snapshot: row.snapshot, parser, seed, budgetMs: 8000, rowsOnly: true });
      runs++;
      if ("tests" in verdict) databases += verdict.tests.databases;
      if (verdict.verdict !== "different") continue;
      open = open.filter((each) => each !== row);
      told.push(`${row.given.id} (seed ${seed}): ${JSON.stringify(verdict.counterExample.inserts)}`);
    }
  console.log(
    `\nsearched on for ${Math.round((performance.now() - started) / 1000)} s: ${runs} runs, ${databases} databases, told apart: ${told.length}`,
  );
  for (const each of told) console.log(each);
}

async function inferred(parser: SqlParser, given: Case): Promise<Snapshot> {
  const trees = [];
  for (const sql of [given.before, given.after]) {
    const parsed = await parser.parse(sql);
    if (parsed.kind === "parsed") trees.push(...parsed.statements.map((statement) => statement.node));
  }
  return snapshotOf(inferredSchema(trees), constraints);
}
