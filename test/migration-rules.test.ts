import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadMigrationRules } from "../rules/index.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../src/embedded/embedded-database.ts";
import { openParser, type SqlParser } from "../src/syntax/parse-sql.ts";
import { type MigrationBench, makeSchema, migrationBench, readMigrationCase } from "./support/migration-case.ts";
import { casePath, casesOf, expectCases, expectGates, expectHeadings, expectSources } from "./support/rule-folder.ts";

const rules = await loadMigrationRules();
const named = [...rules].map(([id, rule]) => ({ id, rule, name: id.replace("migration/", "") }));

describe.each(named)("$id", ({ id, rule, name }) => {
  test("says what it detects, costs and remedies, with sources", () => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const words of [rule.title, rule.detects, rule.effect, rule.remedy]) expect(words).toMatch(/^\S.{7,}[^.\s]$/);
    expectSources(rule);
    expect(rule.judge ?? rule.conclude).toBeTypeOf("function");
    for (const other of rule.insteadOf ?? []) expect(rules.has(`migration/${other}`)).toBe(true);
  });

  test("README has its five headings in order", () => expectHeadings(id));

  test("two cases fire at least, two stay quiet, and every version gate from 13 on has one on each side", () => {
    expectCases(id, 2, 2);
    expectGates(
      rule,
      casesOf(id).map((each) => readMigrationCase(casePath(id, each), name).postgres),
      13,
    );
  });
});

describe("cases", () => {
  let database: EmbeddedDatabase;
  let parser: SqlParser;
  let bench: MigrationBench;
  beforeAll(async () => {
    [database, parser] = await Promise.all([bootEmbedded(), openParser()]);
    bench = migrationBench(database, parser);
  });
  afterAll(async () => {
    await parser?.close();
    await database?.close();
  });

  const cases = named.flatMap(({ id, rule, name }) => casesOf(id).map((file) => ({ id, name, file, rule })));
  test.each(cases)("$name $file", async ({ id, name, file, rule }) => {
    const given = readMigrationCase(casePath(id, file), name);
    const levels = rule.offByDefault ? { [`migration/${name}`]: "note" as const } : {};
    const { findings, failures } = await bench.judge(given, rules, levels);
    expect(failures).toEqual([]);
    // Exactly these: what one rule says no other repeats, and the traps stay silent altogether.
    expect([...new Set(findings.map((each) => each.rule.replace("migration/", "")))].sort()).toEqual(given.expected);
    for (const { message, help, id } of findings) {
      expect(message).toMatch(/^\S.{15,}[^.\s]$/s);
      expect(help).toMatch(/\S{3}/);
      expect(id).toMatch(/^[0-9a-f]{12}$/);
    }
    expect(new Set(findings.map((each) => each.id)).size).toBe(findings.length);

    // The safe form runs, and the rule has nothing to say about it.
    const own = findings.find((each) => each.rule === `migration/${name}`);
    if (!own || own.safer.length === 0 || !given.hasCatalog || given.postgres < 18) return;
    // A verdict at the end builds on the whole migration, any other on the state before its statement.
    const several = given.migration.split(/;[ \t]*\n/).length > 2;
    if (several && !rule.conclude) return;
    const steps = [...(rule.conclude ? [given.migration] : []), ...own.safer];
    const migration = steps.join(";\n").replaceAll(/;\s*;/g, ";");
    const again = await bench.judge({ ...given, migration, runner: { ...given.runner, wrapsInTransaction: false } }, rules, levels);
    expect(again.findings.filter((each) => each.rule === `migration/${name}`).map((each) => each.message)).toEqual([]);
    await makeSchema(database, given.schema);
    for (const { sql } of await bench.statementsOf(migration)) await database.run(sql);
  });
});
