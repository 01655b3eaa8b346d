import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Snapshot } from "../src/domain/snapshot.ts";
import { openProver } from "../src/equivalence/prover.ts";
import type { Verdict } from "../src/equivalence/verdict.ts";
import { openParser, type SqlParser } from "../src/syntax/parse-sql.ts";
import { inferredSchema, snapshotOf } from "./rewrites-schema.ts";

/**
 * The public pairs: what their publishers' random search of several hundred rounds refuted, against one normal run of ours.
 *   npm run bench:rewrites-public -- [directory with the pairs] [part of an id]
 */
interface Case {
  readonly id: string;
  readonly suite: string;
  readonly before: string;
  readonly after: string;
  readonly runs: boolean;
  readonly refuted: boolean;
}

const folder = resolve(process.argv[2] ?? "../shared/bench/rewrites");
const only = process.argv[3];
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
const rows: { readonly given: Case; readonly verdict: Verdict; readonly ms: number }[] = [];
for (const given of cases.filter((each) => each.runs)) {
  const snapshot = given.suite.startsWith("wetune") ? await inferred(parser, given) : calcite;
  const started = performance.now();
  const verdict = await prover.judge({ ...given, snapshot, parser, seed: 1, budgetMs: 8000, rowsOnly: true });
  rows.push({ given, verdict, ms: performance.now() - started });
  if (only !== undefined) console.log(JSON.stringify({ id: given.id, before: given.before, after: given.after, verdict }, null, 1));
}
await prover.close();
await parser.close();

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
        ? `${verdict.counterExample.kind}: ${verdict.counterExample.explanation}`
        : verdict.tests.warnings.join("; ");
  console.log(`${given.id}: published ${given.refuted ? "different" : "not told apart"}, here ${verdict.verdict} (${why})`);
}

async function inferred(parser: SqlParser, given: Case): Promise<Snapshot> {
  const trees = [];
  for (const sql of [given.before, given.after]) {
    const parsed = await parser.parse(sql);
    if (parsed.kind === "parsed") trees.push(...parsed.statements.map((statement) => statement.node));
  }
  return snapshotOf(inferredSchema(trees));
}
