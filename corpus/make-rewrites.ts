import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadRewriteRules } from "../rules/index.ts";
import { shapeTextVersion } from "../src/access-shape/shape-text.ts";
import type { ProvenCase } from "../src/domain/proven-case.ts";
import { openProver } from "../src/equivalence/prover.ts";
import { readCorpus } from "../src/similar/read-corpus.ts";
import { openParser } from "../src/syntax/parse-sql.ts";
import { casePlan } from "./case-plan.ts";
import { proveRewrite } from "./rewrite-proof.ts";

/**
 * Writes the corpus's rewrites: the pairs of the rules' own cases over tables of a production's size, and pairs of the mutation bench that look
 * alike and are not; each judged by the prover and priced in the shadow. At most one that helps and one refusal of each rule.
 *   npm run corpus:rewrites -- [folder]
 */
const [folder = "corpus/cases"] = process.argv.slice(2);
/** Rows of each table, where the case's own few would make every plan the same. */
const rows = 200_000;
const mostTraps = 20;
/** One rule in four holds cases that nothing is tuned on. */
const heldOutEvery = 4;

interface Pair {
  readonly name: string;
  readonly rules: readonly string[];
  readonly schema: string;
  readonly before: string;
  readonly after: string;
  readonly source: string;
}

const parser = await openParser();
const prover = openProver();
for (const each of await readCorpus(folder)) if (each.kind === "rewrite") await rm(join(folder, `${each.id}.json`));
const taken = new Set<string>();
/** Pairs of one rule that are judged. */
const mostOfRule = 2;
const asked = new Map<string, number>();
let written = 0;
for (const pair of [...(await rulePairs()), ...(await trapPairs())]) {
  const count = asked.get(pair.name) ?? 0;
  asked.set(pair.name, count + 1);
  if (count >= mostOfRule) continue;
  const proof = await proveRewrite(pair, { parser, prover }).catch((error: unknown) => {
    // A schema that the case's own comments make no sense of once its rows are gone.
    process.stderr.write(`${pair.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  });
  if (proof === null) continue;
  const verdict = proof.because === null ? "helps" : "refused";
  const counter = `${pair.rules[0] ?? pair.name} ${verdict}`;
  if (taken.has(counter)) continue;
  taken.add(counter);
  const digest = createHash("sha256").update(`${pair.before}\n${pair.after}`).digest("hex");
  const made: ProvenCase = {
    id: `${verdict === "helps" ? "" : "refused-"}rewrite-${pair.name}-${digest.slice(0, 8)}`,
    verdict,
    kind: "rewrite",
    changeClass: `rewrite ${pair.name}`,
    rules: pair.rules,
    // Of one rule all cases are on one side.
    split:
      Number.parseInt(createHash("sha256").update(pair.name).digest("hex").slice(0, 6), 16) % heldOutEvery === 0 ? "held-out" : "gallery",
    schema: pair.schema,
    statement: pair.before,
    change: pair.after,
    index: null,
    template: null,
    shape: proof.shape,
    shapeVersion: shapeTextVersion,
    before: casePlan(proof.before),
    after: casePlan(proof.after),
    because: proof.because,
    planner: proof.planner,
    source: pair.source,
    licence: "Apache-2.0",
  };
  await writeFile(join(folder, `${made.id}.json`), `${JSON.stringify(made, null, 1)}\n`);
  process.stderr.write(`${++written} ${made.id}: ${proof.because ?? `${made.before.totalCost} → ${made.after.totalCost}`}\n`);
}
await prover.close();
await parser.close();

/** The cases in which a rule fires, without parameters. */
async function rulePairs(): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (const id of (await loadRewriteRules()).keys()) {
    const cases = join("rules", id, "cases");
    for (const file of (await readdir(cases)).filter((name) => /^fires-.*\.sql$/.test(name)).toSorted()) {
      const [schema = "", before = "", after = ""] = (await readFile(join(cases, file), "utf8")).split(/^-- (?:statement|expect).*$/m);
      const pair = { before: bare(before), after: bare(after.split(";")[0] ?? "") };
      if (/\$\d|create extension/i.test(`${schema}${pair.before}${pair.after}`) || pair.after === "") continue;
      pairs.push({ ...pair, name: id.replace("rewrite/", ""), rules: [id], schema: grown(schema), source: `${cases}/${file}` });
    }
  }
  return pairs;
}

/** Pairs that a hasty reader takes for the same. */
async function trapPairs(): Promise<readonly Pair[]> {
  const schema = await readFile("bench/rewrites/schema.sql", "utf8");
  const lines = (await readFile("bench/rewrites/pairs.jsonl", "utf8")).split("\n").filter((line) => line !== "");
  // Our own file: what each line holds is known.
  const pairs = lines.map((line) => JSON.parse(line) as { id: string; equal: boolean; before: string; after: string });
  return pairs
    .filter(({ equal, before, after }) => !equal && !/\$\d/.test(before + after) && /^select/i.test(before))
    .slice(0, mostTraps)
    .map(({ id, before, after }) => ({
      name: id,
      rules: [],
      schema: grown(tablesOf(schema, before + after)),
      before,
      after,
      source: `bench/rewrites/pairs.jsonl, ${id}`,
    }));
}

function bare(sql: string): string {
  return sql.trim().replace(/;\s*$/, "");
}

/**
 * The same tables without their few rows, with the figures of a production, and an index on every column: what many rewrites are about is an
 * index that is there and cannot be used.
 */
function grown(schema: string): string {
  const kept = schema
    .split(/;\s*\n/)
    .map((each) => each.trim())
    .filter((each) => each !== "" && !/^(insert|update|delete|analyze|vacuum)\b/i.test(each.replaceAll(/^--.*$/gm, "").trim()));
  const tables = kept.flatMap((each) => {
    const [, name, body] = /create table (?:if not exists )?([\w.]+)\s*\(([\s\S]*)\)[^)]*$/i.exec(each) ?? [];
    return name === undefined || body === undefined ? [] : [{ name, columns: columnsOf(body) }];
  });
  const figures = tables.map(({ name, columns }) => `-- plansmith: ${[name, `rows=${rows}`, ...columns.flatMap(figuresOf)].join(" ")}`);
  const indexes = tables.flatMap(({ name, columns }) => columns.flatMap((column) => indexOf(name, column)));
  return [...figures, ...kept.map((each) => `${each};`), ...indexes].join("\n");
}

interface DeclaredColumn {
  readonly name: string;
  readonly type: string;
  readonly isKey: boolean;
}

function columnsOf(body: string): readonly DeclaredColumn[] {
  return body.split(/,(?![^(]*\))/).flatMap((part) => {
    const [, name, type = ""] = /^\s*([a-z_]\w*)\s+([a-z][\w ]*(?:\([\d, ]+\))?(?:\[\])?)/i.exec(part) ?? [];
    if (name === undefined || /^(primary|unique|foreign|check|constraint|exclude|like)$/i.test(name)) return [];
    return [{ name, type: type.toLowerCase().trim(), isKey: /primary key|unique/i.test(part) }];
  });
}

function figuresOf({ name, type, isKey }: DeclaredColumn): readonly string[] {
  if (/\[\]|json|tsvector|range|hstore/.test(type)) return [];
  if (/^(date|time)/.test(type)) return [`${name}.distinct=-0.9`, `${name}.range=2021-01-01..2026-01-01`];
  return [`${name}.distinct=${isKey ? -1 : type.startsWith("bool") ? 2 : 20_000}`];
}

function indexOf(table: string, { name, type, isKey }: DeclaredColumn): readonly string[] {
  if (isKey) return [];
  if (/\[\]|jsonb/.test(type)) return [`create index on ${table} using gin (${name});`];
  return /^(small|big)?int|^numeric|^text|^varchar|^character|^date|^time|^uuid|^bool/.test(type)
    ? [`create index on ${table} (${name});`]
    : [];
}

/** Whole statements of the schema, tables that no statement names left out with their indexes, unless another points to them. */
function tablesOf(schema: string, sql: string): string {
  // A view may be of any table: pairs over one are left out.
  const statements = schema
    .split(/;\s*\n/)
    .map((each) => each.trim())
    .filter((each) => !/\bcreate (?:or replace )?(?:materialized )?view\b/i.test(each));
  const nameOf = (text: string) => /create table (\w+)/i.exec(text)?.[1];
  const wanted = new Set(statements.flatMap((text) => nameOf(text) ?? []).filter((name) => new RegExp(`\\b${name}\\b`).test(sql)));
  for (let before = -1; before !== wanted.size; ) {
    before = wanted.size;
    for (const text of statements)
      if (wanted.has(nameOf(text) ?? "")) for (const [, other] of text.matchAll(/references (\w+)/gi)) wanted.add(other!);
  }
  const about = (text: string) => nameOf(text) ?? /\b(?:on|into|alter table)\s+(\w+)/i.exec(text)?.[1];
  return `${statements.filter((text) => text !== "" && (about(text) === undefined || wanted.has(about(text)!))).join(";\n")};`;
}
