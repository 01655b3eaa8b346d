import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { liveSource } from "../../src/collect/live-source.ts";
import type { Catalog } from "../../src/domain/catalog.ts";
import type { EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { judge } from "../../src/judge/judge.ts";
import type { Judgement, MigrationStatement } from "../../src/judge/judgement.ts";
import type { MigrationRule, Runner } from "../../src/rule/migration.ts";
import type { SqlParser } from "../../src/syntax/parse-sql.ts";
import { splitStatements } from "../../src/syntax/split-statements.ts";
import { catalogOnly } from "./catalog-only.ts";
import { type Figures, parseRuleCase } from "./rule-case.ts";
import { withFigures } from "./snapshot-figures.ts";

/**
 * One case of a migration rule: `rules/migration/<name>/cases/fires-*.sql` or `quiet-*.sql`.
 *
 *   -- postgres: 14.2            (absent: 18)
 *   -- runner: wrapped           (absent: psql; `wrapped` can be switched off, `always wrapped` cannot)
 *   -- text alone                (no catalog)
 *   -- setting: timezone=UTC
 *   -- orders rows=2000000       (figures: then the catalog counts as production's)
 *   create table more (…);       (behind rules/migration/schema.sql)
 *   -- migration                 (absent: the whole file is the migration)
 *   alter table orders …;
 *   -- expect one-rule, another  (all that must be found; absent: the rule itself, or nothing)
 */
export interface MigrationCase {
  readonly schema: string;
  readonly migration: string;
  readonly postgres: number;
  readonly serverVersion: number | null;
  readonly runner: Runner;
  readonly hasCatalog: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly figures: readonly Figures[];
  /** Rule ids without `migration/`, sorted. */
  readonly expected: readonly string[];
}

export const runners: Readonly<Record<string, Runner>> = {
  psql: { name: "psql", wrapsInTransaction: false, canRunOutsideTransaction: true, outsideTransaction: null },
  wrapped: {
    name: "dbmate",
    wrapsInTransaction: true,
    canRunOutsideTransaction: true,
    outsideTransaction: "-- migrate:up transaction:false",
  },
  "always wrapped": { name: "Drizzle", wrapsInTransaction: true, canRunOutsideTransaction: false, outsideTransaction: null },
};

// From the repository, so that the compiled benchmark finds it too.
const baseSchema = readFileSync(resolve("rules/migration/schema.sql"), "utf8");

/** `rule` is the id without `migration/`. */
export function readMigrationCase(path: string, rule: string): MigrationCase {
  return parseMigrationCase(readFileSync(path, "utf8"), path, rule);
}

export function parseMigrationCase(text: string, path: string, rule: string): MigrationCase {
  const directive = (name: string) => new RegExp(`^-- ${name}: (.+)$`, "m").exec(text)?.[1]?.trim();
  const [before, after] = text.split(/^-- migration[ \t]*$/m);
  const [major = 18, minor] = (directive("postgres") ?? "18").split(".").map(Number);
  const runner = runners[directive("runner") ?? "psql"];
  if (!runner) throw new Error(`${path}: unknown runner`);
  const setting = directive("setting")?.split("=");
  const fires = /(?:^|\/)fires-[^/]*$/.test(path);
  const expected = directive("expect") ?? /^-- expect (.+)$/m.exec(text)?.[1];
  return {
    schema: `${baseSchema}\n${after === undefined ? "" : before}`,
    migration: after ?? text,
    postgres: major,
    serverVersion: minor === undefined ? null : major * 10_000 + minor,
    runner,
    hasCatalog: !/^-- text alone$/m.test(text),
    settings: setting ? { [setting[0] ?? ""]: setting[1] ?? "" } : {},
    figures: after === undefined ? [] : parseRuleCase(before ?? "", path).figures.filter((each) => !each.name.endsWith(":")),
    expected: (expected?.split(",").map((each) => each.trim()) ?? (fires ? [rule] : [])).toSorted(),
  };
}

export interface MigrationBench {
  /** Empties the database, runs the case's schema and reads it. */
  catalogOf(given: Pick<MigrationCase, "schema" | "figures">): Promise<Catalog>;
  statementsOf(sql: string): Promise<MigrationStatement[]>;
  judge(given: MigrationCase, rules: ReadonlyMap<string, MigrationRule>, levels?: Readonly<Record<string, "note">>): Promise<Judgement>;
}

export function migrationBench(database: EmbeddedDatabase, parser: SqlParser): MigrationBench {
  const read = new Map<string, Catalog>();
  const bench: MigrationBench = {
    async catalogOf({ schema, figures }) {
      let catalog = read.get(schema);
      if (!catalog) {
        await makeSchema(database, schema);
        catalog = (await liveSource(database.session, { ...catalogOnly, now: new Date(0) }).read({})).catalog;
        read.set(schema, catalog);
      }
      return withFigures(catalog, figures);
    },
    async statementsOf(sql) {
      const { statements, failures } = await splitStatements(parser, sql);
      if (failures.length > 0) throw new Error(`${failures[0]!.message}\n${failures[0]!.text}`);
      return statements.map((each) => ({ file: "migration.sql", line: each.line, column: 1, sql: each.sql, node: each.node }));
    },
    async judge(given, rules, levels = {}) {
      return judge({
        statements: await bench.statementsOf(given.migration),
        catalog: given.hasCatalog ? await bench.catalogOf(given) : null,
        hasFigures: given.figures.length > 0,
        countingDays: given.figures.length > 0 ? 10 : null,
        postgres: given.postgres,
        serverVersion: given.serverVersion,
        runner: given.runner,
        rules,
        levels,
        settings: given.settings,
      });
    },
  };
  return bench;
}

export async function makeSchema(database: { run(sql: string): Promise<void> }, schema: string): Promise<void> {
  await database.run(
    `do $$ declare each name; begin
       for each in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
         execute format('drop schema %I cascade', each);
       end loop;
     end $$;
     create schema public`,
  );
  await database.run(schema);
}
