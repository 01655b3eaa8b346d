import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { loadRules } from "../../rules/index.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import { openParser } from "../../src/syntax/parse-sql.ts";
import { makeApplication } from "./applications.ts";
import { type Labelled, labelStatements } from "./label-statements.ts";
import { poseProblems } from "./problems.ts";
import { chance } from "./random.ts";

/**
 * Statements of made-up applications, each labelled by the prover with the change that wins, one JSON object a line.
 *   node dist/models/training/make-data.js <out.jsonl> [first application] [applications] [statements each]
 * An application is one number: the same number makes the same schema and statements. Splits are made by application.
 */
const [out = "models/training/data/statements.jsonl", first = "1", applications = "40", each = "60"] = process.argv.slice(2);

await mkdir(dirname(out), { recursive: true });
await writeFile(out, "");
const parser = await openParser();
const rules = await loadRules();
let written = 0;
for (let application = Number(first); application < Number(first) + Number(applications); application++) {
  const random = chance(application);
  const tables = makeApplication(random);
  const schema = tables.map(({ sql }) => sql).join("\n\n");
  const posed = poseProblems(tables, Number(each), random);
  const kinds = new Map(posed.map(({ sql, kind }) => [sql, kind]));
  const started = performance.now();
  const labelled = await labelStatements(parser, rules, schema, [...kinds.keys()]);
  const lines = labelled.map(({ family, text, label, today, winner, tried }) =>
    JSON.stringify({
      application,
      kind: kinds.get(family.sql) ?? null,
      sql: family.sql,
      text,
      label,
      change: winner?.candidate.change.kind === "create-index" ? createIndexSql(winner.candidate.change.index) : null,
      costBefore: today.cost,
      costAfter: winner?.cost ?? today.cost,
      tried: costOfEach(tried),
    }),
  );
  await appendFile(out, lines.map((line) => `${line}\n`).join(""));
  written += lines.length;
  process.stderr.write(
    `application ${application}: ${lines.length} of ${kinds.size} statements, ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  );
}
await parser.close();
process.stderr.write(`${written} statements in ${out}\n`);

/** Class of change → the least cost that one of its changes reached, cheapest first. */
function costOfEach(tried: Labelled["tried"]): Readonly<Record<string, number>> {
  const least = new Map<string, number>();
  for (const { label, cost } of tried.toSorted((a, b) => a.cost - b.cost)) if (!least.has(label)) least.set(label, cost);
  return Object.fromEntries(least);
}
