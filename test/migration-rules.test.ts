import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadMigrationRules } from "../rules/index.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../src/embedded/embedded-database.ts";
import { openParser, type SqlParser } from "../src/syntax/parse-sql.ts";
import { type MigrationBench, makeSchema, migrationBench, readMigrationCase } from "./support/migration-case.ts";

const root = join(import.meta.dirname, "..", "rules", "migration");
const rules = await loadMigrationRules();
const casesOf = (name: string) => {
  const folder = join(root, name, "cases");
  return existsSync(folder) ? readdirSync(folder).filter((each) => each.endsWith(".sql")) : [];
};
const named = [...rules].map(([id, rule]) => ({ id, rule, name: id.replace("migration/", "") }));

describe.each(named)("$id", ({ rule, name }) => {
  test("says what it detects, costs and remedies, with sources", () => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const words of [rule.title, rule.detects, rule.effect, rule.remedy]) expect(words).toMatch(/^\S.{7,}[^.\s]$/);
    for (const source of [...rule.sources, ...(rule.gates ?? []).map((gate) => gate.source)]) {
      expect(source.url).toMatch(/^https:\/\//);
      expect(source.says.length).toBeGreaterThan(20);
    }
    expect(rule.judge ?? rule.conclude).toBeTypeOf("function");
    for (const other of rule.insteadOf ?? []) expect(rules.has(`migration/${other}`)).toBe(true);
  });

  test("README has its five headings in order", () => {
    const headings = readFileSync(join(root, name, "README.md"), "utf8").match(/^#{2,}\s+.*$/gm);
    expect(headings).toEqual(["## Problem", "## Why it costs", "## What to do", "## When to leave it alone", "## Sources"]);
  });

  test("two cases fire at least, two stay quiet, and every version gate from 13 on has one on each side", () => {
    const names = casesOf(name);
    expect(names.filter((each) => each.startsWith("fires-")).length).toBeGreaterThanOrEqual(2);
    expect(names.filter((each) => each.startsWith("quiet-")).length).toBeGreaterThanOrEqual(2);
    const versions = names.map((each) => readMigrationCase(join(root, name, "cases", each), name).postgres);
    for (const gate of rule.gates ?? []) {
      expect(versions.some((version) => version >= gate.from)).toBe(true);
      if (gate.from > 13) expect(versions.some((version) => version < gate.from)).toBe(true);
    }
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

  const cases = named.flatMap(({ rule, name }) => casesOf(name).map((file) => ({ name, file, rule })));
  test.each(cases)("$name $file", async ({ name, file, rule }) => {
    const given = readMigrationCase(join(root, name, "cases", file), name);
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
