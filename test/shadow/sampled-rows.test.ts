import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveSource } from "../../src/collect/live-source.ts";
import type { Planner } from "../../src/contract/planner.ts";
import type { IndexDefinition } from "../../src/domain/candidate.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { grownDistinct, onceInPart } from "../../src/index-size/distinct-growth.ts";
import { index, key } from "../../src/rule/index.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";

const jobs = { schema: "public", name: "jobs" };
const expression = (sql: string) => key({ sql, column: null, columns: [], type: null, collation: null, immutable: true });

let production: EmbeddedDatabase;
let guessing: Planner;
let sampling: Planner;
beforeAll(async () => {
  production = await bootEmbedded({ collation: "c" });
  await production.run(`
    select setseed(0.4);
    create table jobs (id int primary key, context jsonb not null, message text not null, during int4range not null, a int not null, b int not null, started date not null, ended date not null);
    insert into jobs select i, case when i % 5 < 2 then jsonb_build_object('job', 'job-' || floor(random() * 40)::int, 'n', i) else jsonb_build_object('user', i) end,
      'request ' || i || ' of ' || substr(md5((random() * 50)::int::text), 1, 6), int4range(x, x + 1 + (random() * 30)::int), a, a * 3 % 1009, d, d + (case when random() < 0.9 then 1 else -1 end)
    from (select i, (random() * 900)::int x, (random() * 1000)::int a, date '2024-01-01' + (random() * 300)::int d from generate_series(1, 40000) i) s;
  `);
  await production.session.query("vacuum analyze");
  const options = { top: 9, minCalls: 1, includeSchemas: [], excludeSchemas: [], readEnds: false, now: new Date(0), statements: [] };
  const read = (sampleRows: boolean) => liveSource(production.session, { ...options, redactValues: false, sampleRows }).read({});
  guessing = await openShadowPlanner(await read(false));
  sampling = await openShadowPlanner(await read(true));
});
afterAll(async () => {
  await guessing.close();
  await sampling.close();
  await production.close();
});

async function trueBytes(definition: IndexDefinition): Promise<number> {
  await production.run(createIndexSql(definition, { name: "built" }));
  const bytes = Number(await production.scalar("select pg_relation_size('built')"));
  await production.run("drop index built");
  return bytes;
}

async function estimate(planner: Planner, id: string, definition: IndexDefinition) {
  const prepared = await planner.prepare(id, definition);
  if (prepared.kind === "refused") throw new Error(prepared.message);
  return prepared;
}

describe("with sampled rows", () => {
  test.each<[string, IndexDefinition, number]>([
    ["a member of a jsonb", index(jobs, "btree", [expression("(context ->> 'job')")]), 0.05],
    ["columns that depend on each other", index(jobs, "btree", [key("a"), key("b")]), 0.1],
    ["a predicate over two columns", index(jobs, "btree", [key("id")], { predicate: "started < ended" }), 0.05],
    ["words, some of them on one row", index(jobs, "gin", [expression("to_tsvector('simple'::regconfig, message)")]), 0.25],
    ["a jsonb", index(jobs, "gin", [key("context")]), 0.25],
    ["ranges in GiST", index(jobs, "gist", [key("during")]), 0.1],
    ["ranges in SP-GiST", index(jobs, "spgist", [key("during")]), 0.15],
  ])("the size of an index on %s is that of the one really built, and no guess", async (name, definition, within) => {
    const { bytes, uncertain } = await estimate(sampling, name.replaceAll(/\W/g, "_"), definition);
    expect(uncertain).toBeNull();
    const truth = await trueBytes(definition);
    expect(Math.abs(bytes / truth - 1), `${bytes} for ${truth}`).toBeLessThan(within);
  });

  test("the rows of an expression's value are known; without, the estimate says that it guesses", async () => {
    const definition = index(jobs, "btree", [expression("(context ->> 'job')")]);
    const sql = "select id from jobs where context ->> 'job' = 'job-7'";
    const actual = Number(await production.scalar(`select count(*) from jobs where context ->> 'job' = 'job-7'`));
    const rows = async (planner: Planner) => {
      const { uncertain } = await estimate(planner, "job", definition);
      const outcome = await planner.plan(sql, { show: ["job"], hide: [] });
      return { uncertain, rows: outcome.kind === "planned" ? outcome.plan.root.planRows : Number.NaN };
    };
    const sampled = await rows(sampling);
    expect(sampled.uncertain).toBeNull();
    expect(Math.abs(sampled.rows / actual - 1)).toBeLessThan(0.1);
    expect((await rows(guessing)).uncertain).toContain("context");
  });
});

describe("the number of different values", () => {
  test("goes on growing where values never come back", () => {
    expect(grownDistinct({ distinct: 1000, once: 1000, onceInHalf: 500, onceInQuarter: 250, growth: 50 })).toBeCloseTo(50_000, 6);
  });
  test("stands still where all have been seen more than once", () => {
    expect(grownDistinct({ distinct: 40, once: 0, onceInHalf: 0, onceInQuarter: 0, growth: 50 })).toBe(40);
  });
  test("of many values that come back and some that never do lies near the sum", () => {
    // 500 words met 20 times each, and 1,000 numbers met once, in a tenth of the whole.
    const inPart = (part: number) => 1000 * onceInPart(1, part) + 500 * onceInPart(20, part);
    const grown = grownDistinct({ distinct: 1500, once: 1000, onceInHalf: inPart(0.5), onceInQuarter: inPart(0.25), growth: 10 });
    expect(Math.abs(grown / 10_500 - 1)).toBeLessThan(0.02);
  });
  test.each([0.2, 1, 3])("of equally frequent values is found from %d rows of each", (perValue) => {
    // Values met k times, by Poisson: what a sample of 80,000 values times perValue rows shows.
    const values = 80_000;
    const met = (mean: number) => values * mean * Math.exp(-mean);
    const seen = { distinct: values * (1 - Math.exp(-perValue)), once: met(perValue) };
    const grown = grownDistinct({ ...seen, onceInHalf: met(perValue / 2), onceInQuarter: met(perValue / 4), growth: 20 });
    const truth = values * (1 - Math.exp(-perValue * 20));
    expect(Math.abs(grown / truth - 1)).toBeLessThan(0.03);
  });
});
