import { afterAll, beforeAll, expect, test } from "vitest";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { mostPlannableLevels, plannerLevels } from "../../src/syntax/nesting.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let parser: SqlParser;
let database: EmbeddedDatabase;
beforeAll(async () => {
  parser = await openParser();
  database = await bootEmbedded();
  await database.run("create table node (id int primary key, parent int, note text)");
});
afterAll(async () => {
  await parser.close();
  await database.close();
});

async function levelsOf(sql: string): Promise<number> {
  const parsed = await parser.parse(sql);
  if (parsed.kind === "failed" && parsed.reason === "too-large") return Number.POSITIVE_INFINITY;
  if (parsed.kind === "failed") throw new Error(parsed.message);
  return plannerLevels(parsed.statements[0]!.node);
}
const times = (count: number, part: (at: number) => string) => Array.from({ length: count }, (_, at) => part(at));

/** Statements of a class by how often its part is repeated. */
const classes: Readonly<Record<string, (count: number) => string>> = {
  operators: (count) => `select ${times(count, () => "id").join(" + ")} from node`,
  calls: (count) => `select ${"lower(".repeat(count)}note${")".repeat(count)} from node`,
  cases: (count) => `select ${"case when id > 1 then 1 else ".repeat(count)}0${" end".repeat(count)} from node`,
  "AND in OR in AND": (count) =>
    `select id from node where ${times(count, (at) => `(id = ${at} ${at % 2 === 0 ? "and" : "or"} `).join("")}true${")".repeat(count)}`,
  "IN subqueries": (count) => `${"select parent from node where id in (".repeat(count)}select 1${")".repeat(count)}`,
  "scalar subqueries": (count) => `select ${"(select max(id) from node where id = ".repeat(count)}1${")".repeat(count)}`,
  "subqueries in FROM": (count) =>
    `select * from ${"(select id from ".repeat(count)}node${times(count, (at) => ` where id <> ${at}) s`).join("")}`,
  "CTEs that read the one before": (count) =>
    `with q0 as (select id from node), ${times(count, (at) => `q${at + 1} as (select id from q${at} where id <> ${at})`).join(", ")} select * from q${count}`,
  "left joins": (count) =>
    `select n0.id from node n0 ${times(count, (at) => `left join node n${at + 1} on n${at + 1}.id = n${at}.parent`).join(" ")}`,
};

for (const [name, make] of Object.entries(classes)) {
  test(`the most ${name} that are let through are planned, and twice as many are not let through`, async () => {
    let most = 1;
    for (let step = 1_024; step >= 1; step /= 2) if ((await levelsOf(make(most + step))) <= mostPlannableLevels) most += step;
    expect(await levelsOf(make(2 * most))).toBeGreaterThan(mostPlannableLevels);
    expect(most).toBeGreaterThanOrEqual(50);
    expect(await database.scalar(`explain (format json) ${make(most)}`)).toHaveLength(1);
  });
}

test("what is long and not deep has few levels", async () => {
  const flat = [
    `select id from node where ${times(5_000, (at) => `note <> 'note ${at}'`).join(" and ")}`,
    `select id from node where id in (${times(10_000, String).join(", ")})`,
    `select id from node where ${"(".repeat(400)}id = 1${")".repeat(400)}`,
    times(1_000, (at) => `select id from node where id = ${at}`).join(" union all "),
    `select ${times(1_600, (at) => `id + ${at}`).join(", ")} from node`,
    `insert into node values ${times(5_000, (at) => `(${at}, null, 'x')`).join(", ")}`,
  ];
  for (const sql of flat) expect(await levelsOf(sql)).toBeLessThan(20);
});

test("a CTE counts where it is read, not where a table has its name", async () => {
  const sum = times(50, () => "id").join(" + ");
  const reading = (name: string) => `with q as (select ${sum} as id from node) select id from (select id from ${name}) s`;
  expect(await levelsOf(reading("q"))).toBeGreaterThan(await levelsOf(reading("public.q")));
});

test("WITH inside WITH is looked at once", async () => {
  const nested = (depth: number): string => (depth === 0 ? "select 1 as id" : `with q as (${nested(depth - 1)}) select id from q`);
  expect(await levelsOf(nested(60))).toBeLessThan(mostPlannableLevels);
});
