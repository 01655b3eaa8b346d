import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadMigrationRules } from "../rules/index.ts";
import { bootEmbedded } from "../src/embedded/embedded-database.ts";
import { openParser } from "../src/syntax/parse-sql.ts";
import { type MigrationCase, migrationBench, parseMigrationCase } from "../test/support/migration-case.ts";
import { nativePostgres } from "../test/support/native-postgres.ts";
import { compareEffects } from "./migrations/compare-effects.ts";
import { type Watched, watchEmbedded, watchNative } from "./migrations/observe-statement.ts";

/**
 * Recall and false alarms of the migration rules by hazard class, and their locks and work held against running servers.
 *   npm run bench:migrations -- [--verbose] [--only=WORD of the migration]
 * PLANSMITH_BENCH_PGS: folders with initdb, joined by `:`; else the PostgreSQL that is installed.
 * Cases: rules/migration/<class>/cases (they were written with the rules) and bench/migrations/*.sql (written apart).
 */
interface Judged {
  readonly name: string;
  readonly given: MigrationCase;
  readonly apart: boolean;
}

const verbose = process.argv.includes("--verbose");
const rules = await loadMigrationRules();
const [database, parser] = await Promise.all([bootEmbedded(), openParser()]);
const bench = migrationBench(database, parser);

const only = /--only=(\S+)/.exec(process.argv.join(" "))?.[1]?.toLowerCase();
const cases = [...casesOfRules(), ...casesApart()].filter(
  ({ given }) => only === undefined || given.migration.toLowerCase().includes(only),
);
const classes = new Map<string, { wanted: number; found: number; clean: number; alarms: number }>();
const of = (name: string) => {
  const known = classes.get(name) ?? { wanted: 0, found: 0, clean: 0, alarms: 0 };
  classes.set(name, known);
  return known;
};
const score = {
  apart: { wanted: 0, found: 0, clean: 0, alarms: 0, extra: 0 },
  own: { wanted: 0, found: 0, clean: 0, alarms: 0, extra: 0 },
};

const versions = new Map<number, { wanted: number; found: number; clean: number; alarms: number }>();

for (const { name, given, apart } of cases) {
  const tally = apart ? score.apart : score.own;
  const version = versions.get(given.postgres) ?? { wanted: 0, found: 0, clean: 0, alarms: 0 };
  versions.set(given.postgres, version);
  const offByDefault = [...rules].filter(([id, rule]) => rule.offByDefault && given.expected.includes(id.replace("migration/", "")));
  const owner = name.split("/")[0] ?? "";
  const { findings } = await bench.judge(given, rules, Object.fromEntries(offByDefault.map(([id]) => [id, "note" as const])));
  const said = new Set(findings.map((each) => each.rule.replace("migration/", "")));
  for (const wanted of given.expected) {
    of(wanted).wanted++;
    version.wanted++;
    tally.wanted++;
    if (!said.has(wanted)) {
      process.stdout.write(`missed   ${name}: ${wanted}\n`);
      continue;
    }
    of(wanted).found++;
    version.found++;
    tally.found++;
  }
  const more = [...said].filter((each) => !given.expected.includes(each));
  if (given.expected.length === 0) {
    of(owner).clean++;
    version.clean++;
    tally.clean++;
    if (more.length > 0) {
      version.alarms++;
      tally.alarms++;
    }
    for (const each of more) of(each).alarms++;
  } else tally.extra += more.length;
  if (more.length > 0) process.stdout.write(`alarm    ${name}: ${more.join(", ")}\n`);
}

process.stdout.write(`\n${"class".padEnd(42)} hazards found  clean alarms\n`);
for (const [name, { wanted, found, clean, alarms }] of [...classes].sort())
  if (verbose || found < wanted || alarms > 0)
    process.stdout.write(
      `${name.padEnd(42)} ${String(wanted).padStart(7)} ${String(found).padStart(5)} ${String(clean).padStart(6)} ${String(alarms).padStart(6)}\n`,
    );
for (const [name, { wanted, found, clean, alarms, extra }] of Object.entries(score))
  process.stdout.write(
    `${name === "apart" ? "cases written apart" : "cases of the rules"}: ${wanted} hazards, ${found} found (${percent(found, wanted)}); ${clean} clean, ${alarms} alarms (${percent(alarms, clean)}); ${extra} more findings on hazards\n`,
  );

for (const [major, { wanted, found, clean, alarms }] of [...versions].sort(([a], [b]) => a - b))
  process.stdout.write(`at PostgreSQL ${major}: ${found} of ${wanted} hazards found, ${alarms} alarms on ${clean} clean cases\n`);

/** Statements that PostgreSQL 18 refuses when they are run: a review tells each by its scratch run, whatever the rules say. */
const refusedInScratch = new Set<string>();
await compareWith(await watchEmbedded());
for (const binaries of (process.env.PLANSMITH_BENCH_PGS ?? process.env.PLANSMITH_TEST_PG ?? "").split(":")) {
  if (binaries !== "") process.env.PLANSMITH_TEST_PG = binaries;
  const native = await nativePostgres();
  if (!native) continue;
  await compareWith(await watchNative(native));
  await native.stop();
}

/** Every case with a catalog that is of this server's version, or of none in particular. */
async function compareWith(server: Watched): Promise<void> {
  const sum = { locks: 0, alone: 0, work: 0, refused: 0, untold: 0, differences: 0 };
  const ran = new Set<string>();
  for (const { name, given } of cases) {
    // A case at several versions is one text to a server.
    const text = `${given.schema}\n${given.migration}`;
    if (!given.hasCatalog || ran.has(text)) continue;
    ran.add(text);
    const compared = await compareEffects(server, given, bench).catch((error: unknown) => {
      process.stdout.write(`cannot   ${server.name} ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
      return null;
    });
    await server.run("rollback");
    if (!compared) continue;
    sum.locks += compared.locks;
    sum.alone += compared.alone;
    sum.work += compared.work;
    sum.differences += compared.differences.length;
    for (const each of compared.differences) process.stdout.write(`differs  ${server.name} ${name}: ${each}\n`);
    if (compared.refused.length === 0) continue;
    const { findings } = await bench.judge({ ...given, postgres: server.major, serverVersion: null }, rules);
    for (const { position, sqlState, sql } of compared.refused) {
      sum.refused++;
      const key = `${name} ${position}`;
      if (server.major === 18) refusedInScratch.add(key);
      const told = refusedInScratch.has(key) || findings.some((each) => each.statement === position && each.severity === "error");
      if (told && !verbose) continue;
      if (!told) sum.untold++;
      process.stdout.write(`${told ? "refused " : "untold  "} ${server.name} ${name}: ${sqlState} | ${sql}\n`);
    }
  }
  process.stdout.write(
    `${server.name}: locks of ${sum.locks} statements (${sum.alone} that commit by themselves) and work of ${sum.work} compared, ${sum.differences} differ; ${sum.refused} refused, ${sum.untold} of them without an error finding\n`,
  );
  await server.close();
}
await parser.close();
await database.close();

function percent(part: number, whole: number): string {
  return whole === 0 ? "none" : `${((100 * part) / whole).toFixed(1)} %`;
}

function casesOfRules(): Judged[] {
  return [...rules.keys()].flatMap((id) => {
    const name = id.replace("migration/", "");
    const folder = join("rules", "migration", name, "cases");
    return readdirSync(folder)
      .sort()
      .map((file) => ({
        name: `${name}/${file}`,
        given: parseMigrationCase(readFileSync(join(folder, file), "utf8"), join(folder, file), name),
        apart: false,
      }));
  });
}

/** Files of many cases: each begins with a line `--- name`, `--- name @ 13-17` for several versions. */
function casesApart(): Judged[] {
  const folder = join("bench", "migrations");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .flatMap((file) =>
      readFileSync(join(folder, file), "utf8")
        .split(/^--- /m)
        .slice(1)
        .flatMap((text) => {
          const [, name = "", from, to = from] = /^([^\n@]+?)(?: @ (\d+)(?:-(\d+))?)?\n/.exec(text) ?? [];
          const versions = from === undefined ? [18] : Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => Number(from) + at);
          const body = text.slice(text.indexOf("\n") + 1);
          return versions.map((version) => ({
            name: `${file.replace(".sql", "")}/${name} at ${version}`,
            given: parseMigrationCase(`-- postgres: ${version}\n${body}`, `quiet-${name}`, ""),
            apart: true,
          }));
        }),
    );
}
