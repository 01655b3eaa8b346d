import { afterAll, beforeAll, expect, test } from "vitest";
import { readMigration } from "../../src/migrations/read-migration.ts";
import { finding, reviewChecks } from "../../src/review/finding.ts";
import { suppress } from "../../src/review/suppressions.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser.close());

const known = new Set(Object.values(reviewChecks).map((check) => check.id));
const rule = "drop-index-in-use";

/** Rules left of a finding at `line`, and reasons of what was suppressed. */
async function left(text: string, line: number) {
  const file = await readMigration(parser, { path: "1.sql", content: Buffer.from(text), isNew: true }, { runner: null, placeholders: {} });
  const one = finding({ check: reviewChecks.dropIndexInUse, place: { file: "1.sql", line, column: 1 }, message: "m", key: "k" });
  const { findings, suppressed } = suppress([one], [file!], known);
  return { rules: findings.map((each) => each.rule.replace("migration/", "")), reasons: suppressed.map((each) => each.reason) };
}

test.each([
  ["above the statement", `-- plansmith: allow ${rule}: cold table\ndrop index i;`, 2],
  ["by its full id", `-- plansmith: allow migration/${rule}: cold table\ndrop index i;`, 2],
  ["on its line", `drop index i; -- plansmith: allow ${rule}: cold table`, 1],
  ["inside it", `drop index -- plansmith: allow ${rule}: cold table\n  i;`, 1],
  ["in a block comment", `/* plansmith: allow ${rule}: cold table */ drop index i;`, 1],
  ["for the file", `select 1;\ndrop index i;\n-- plansmith: allow-file ${rule}: cold table`, 2],
  ["with other words between", `-- plansmith: allow ${rule}: cold table\n-- more words\n\ndrop index i;`, 4],
  ["among several rules", `-- plansmith: allow plan-gets-worse, ${rule}: cold table\ndrop index i;`, 2],
])("a suppression with a reason counts %s", async (_, text, line) => {
  const { rules, reasons } = await left(text, line);
  expect(rules.filter((each) => each !== "unused-suppression")).toEqual([]);
  expect(reasons).toEqual(["cold table"]);
});

test.each([
  ["of another statement", `-- plansmith: allow ${rule}: cold\nselect 1;\ndrop index i;`, 3, [rule, "unused-suppression"]],
  ["of another rule", `-- plansmith: allow plan-gets-worse: cold\ndrop index i;`, 2, [rule, "unused-suppression"]],
  ["of an unknown rule", `-- plansmith: allow drop-index-in-us: cold\ndrop index i;`, 2, [rule, "unknown-suppression"]],
  ["without a reason", `-- plansmith: allow ${rule}\ndrop index i;`, 2, [rule, "suppression-without-reason"]],
  ["with an empty reason", `-- plansmith: allow ${rule}:  \ndrop index i;`, 2, [rule, "suppression-without-reason"]],
  ["in a string", `select 'plansmith: allow ${rule}: cold';\ndrop index i;`, 2, [rule]],
])("a suppression %s suppresses nothing", async (_, text, line, expected) => {
  const { rules, reasons } = await left(text, line);
  expect(rules).toEqual(expected);
  expect(reasons).toEqual([]);
});
