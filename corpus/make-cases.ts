import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeApplication } from "../models/training/applications.ts";
import { type Labelled, labelStatements, type Proved } from "../models/training/label-statements.ts";
import { poseProblems } from "../models/training/problems.ts";
import { chance } from "../models/training/random.ts";
import { loadRules } from "../rules/index.ts";
import { changeClass } from "../src/access-shape/change-class.ts";
import { shapeTextVersion } from "../src/access-shape/shape-text.ts";
import type { Candidate } from "../src/domain/candidate.ts";
import { createIndexSql } from "../src/domain/index-sql.ts";
import type { ProvenCase } from "../src/domain/proven-case.ts";
import { templateOf } from "../src/similar/change-template.ts";
import { readCorpus } from "../src/similar/read-corpus.ts";
import { openParser } from "../src/syntax/parse-sql.ts";
import { casePlan } from "./case-plan.ts";

/**
 * Writes the corpus: cases of applications that no model was trained on, at most a few of each class of change and of each rule's
 * refusals, so that every class has some and none is all of it.
 *   node dist/corpus/make-cases.js [folder] [first application] [applications]
 */
const [folder = "corpus/cases", first = "100001", applications = "60"] = process.argv.slice(2);
const mostPerClass = 4;
const mostRefusalsPerRule = 3;
const statementsEach = 45;
/** One application in four holds cases that nothing is tuned on. */
const heldOutEvery = 4;

const parser = await openParser();
const rules = await loadRules();
const cases: ProvenCase[] = [];
const perClass = new Map<string, number>();
const shapes = new Set<string>();
const take = (counter: string, most: number) => {
  const count = perClass.get(counter) ?? 0;
  if (count >= most) return false;
  perClass.set(counter, count + 1);
  return true;
};
for (let application = Number(first); application < Number(first) + Number(applications); application++) {
  const random = chance(application);
  const tables = makeApplication(random);
  const schema = tables.map(({ sql }) => sql).join("\n\n");
  const statements = poseProblems(tables, statementsEach, random).map(({ sql }) => sql);
  const split = application % heldOutEvery === 0 ? "held-out" : "gallery";
  for (const labelled of await labelStatements(parser, rules, schema, statements)) {
    // Two statements of one fingerprint and one answer are one case.
    const about = { labelled, schema, split, application } as const;
    // One shape, one change: a second of both would teach nothing.
    if (labelled.winner && !shapes.has(`${labelled.text} ${labelled.label}`) && take(`${split} ${labelled.label}`, mostPerClass)) {
      shapes.add(`${labelled.text} ${labelled.label}`);
      cases.push(caseOf(about, labelled.winner, null));
    }
    for (const refused of labelled.refused.slice(0, 1)) {
      const rule = refused.candidate.proposedBy.map((by) => (by.kind === "rule" ? by.id : "")).join(" ");
      if (labelled.winner === null && take(`${split} refused ${rule}`, mostRefusalsPerRule))
        cases.push(caseOf(about, refused, refused.because));
    }
  }
  process.stderr.write(`application ${application}: ${cases.length} cases\n`);
}
await parser.close();
// Rewrites are the other script's.
for (const each of await readCorpus(folder).catch(() => [])) if (each.kind === "index") await rm(join(folder, `${each.id}.json`));
await mkdir(folder, { recursive: true });
const distinct = new Map(cases.map((each) => [each.id, each]));
for (const each of distinct.values()) await writeFile(join(folder, `${each.id}.json`), `${JSON.stringify(each, null, 1)}\n`);

interface About {
  readonly labelled: Labelled;
  readonly schema: string;
  readonly split: ProvenCase["split"];
  readonly application: number;
}

function caseOf(
  { labelled, schema, split, application }: About,
  proved: Proved & { readonly candidate: Candidate },
  because: string | null,
): ProvenCase {
  const { family, catalog, text, today, planner } = labelled;
  const { candidate } = proved;
  if (candidate.change.kind !== "create-index") throw new Error(`not an index: ${candidate.change.kind}`);
  const { index } = candidate.change;
  const ruleIds = candidate.proposedBy.flatMap((by) => (by.kind === "rule" ? [by.id] : []));
  const scan = family.scans.find(({ relation }) => relation.name === index.relation.name && relation.schema === index.relation.schema);
  const named = changeClass(candidate.change, catalog);
  return {
    id: `${because === null ? "" : "refused-"}${named.replaceAll(/[^a-z0-9]+/g, "-")}-${application}-${family.fingerprint.slice(0, 4)}${candidate.id.slice(0, 4)}`,
    verdict: because === null ? "helps" : "refused",
    kind: "index",
    changeClass: named,
    rules: ruleIds,
    split,
    schema: onlyTables(
      schema,
      family.scans.map(({ relation }) => relation.name),
    ),
    statement: family.sql,
    change: createIndexSql(index),
    index,
    template: scan ? templateOf(scan, index) : null,
    shape: text,
    shapeVersion: shapeTextVersion,
    before: casePlan(today.plan),
    after: casePlan(proved.plan),
    because,
    planner,
    source: `rule ${ruleIds.join(", ")}; application ${application} of models/training`,
    licence: "Apache-2.0",
  };
}

/** The statement's tables and those they point to. */
function onlyTables(schema: string, names: readonly string[]): string {
  const tables = schema.split("\n\n");
  const nameOf = (text: string) => /create table (\w+)/.exec(text)?.[1] ?? "";
  const wanted = new Set(names);
  for (let before = -1; before !== wanted.size; ) {
    before = wanted.size;
    for (const text of tables) if (wanted.has(nameOf(text))) for (const [, other] of text.matchAll(/references (\w+)/g)) wanted.add(other!);
  }
  return tables.filter((text) => wanted.has(nameOf(text))).join("\n\n");
}
