import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import { type Plan, planNodes } from "../../src/domain/plan.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import type { Tuning } from "../../src/domain/tuning.ts";
import { AdvisorError } from "../../src/errors.ts";
import { timePartitions } from "../../src/rule/time-partitions.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { noHealth } from "../../src/tune/context.ts";
import { partitionedCatalog } from "../../src/tune/partitioned-catalog.ts";
import type { TuneInput } from "../../src/tune/tune.ts";
import { plainIndex } from "../support/plain-index.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";
import { adviceOn, called } from "../support/tune-statements.ts";

const rule = "tuning/range-partitioning";
const rows = "select i, i % 500, timestamptz '2025-01-01' + i * interval '18 minutes', i from generate_series(1, 29000) i";
/** Read at 2026-01-01, a year of rows. */
const schema = `
create table reading (id bigint not null, sensor int not null, at timestamptz not null, value float8 not null, primary key (id));
insert into reading ${rows};
create index on reading (at);
create index on reading (sensor, at);
-- plansmith: reading rows=80000000 deletes=40000000
create view latest as select sensor, max(at) from reading group by sensor;
create table alarm (id bigint primary key, reading bigint references reading);
`;
const retention = "delete from reading where at < '2025-01-09 00:00:00+00'";
const range = "select avg(value) from reading where at >= '2025-12-01' and at < '2025-12-08'";
const byKey = "select value from reading where id = 17000";

describe("partitions by time, planned in the shadow", () => {
  let parser: SqlParser;
  let read: Snapshot;
  let planner: Planner;

  beforeAll(async () => {
    parser = await openParser();
    read = { ...(await schemaSnapshot(parser, schema)), health: { ...noHealth, maintenance: [] } };
    planner = await openShadowPlanner(read);
  });
  afterAll(async () => {
    await planner?.close();
    await parser?.close();
  });

  const run = (statements: Snapshot["statements"], more: Partial<TuneInput> = {}) =>
    adviceOn({ parser, planner, snapshot: { ...read, statements }, rule }, more);
  const proofOf = ({ advice, refused }: Tuning) => {
    const proof = advice[0]?.proof;
    if (proof?.kind !== "planner") throw new Error(`the proof is ${JSON.stringify(proof)}; refused: ${JSON.stringify(refused)}`);
    return proof;
  };
  const effectOf = (tuning: Tuning, before: number | null) => proofOf(tuning).effects.find((each) => each.costBefore === before)!;
  const costOf = async (sql: string) => {
    const outcome = await planner.plan(sql, { show: [], hide: [] });
    return outcome.kind === "planned" ? outcome.plan.root.totalCost : null;
  };

  test("says per statement which partitions it reads, and what a lookup by another key costs in all of them", async () => {
    const tuning = await run([called(retention, 300), called(range, 1000), called(byKey, 100)]);
    expect(proofOf(tuning)).toMatchObject({ change: "13 partitions by month of at", comparable: true, planned: 3 });
    expect(effectOf(tuning, await costOf(range)).partitions).toEqual({ read: 1, of: 13 });
    const lookup = effectOf(tuning, await costOf(byKey));
    expect(lookup.partitions).toEqual({ read: 13, of: 13 });
    expect(lookup.costAfter).toBeGreaterThan(lookup.costBefore * 8);
    // The statement that loses stands first.
    expect(proofOf(tuning).effects[0]).toBe(lookup);
  });

  test("is refused where lookups in every partition cost more than the deletes that it saves, with the statement's cost", async () => {
    const { advice, refused } = await run([called(retention, 1), called(byKey, 1_000_000)]);
    expect(advice).toEqual([]);
    expect(refused[0]!.reason).toMatch(/cost more even if no row is deleted any more.* which reads 13 partitions: cost 8\.59 → 1\d\d/);
  });

  test("a bound of now() leaves partitions out when the plan starts, and costs what the same bound written out does", async () => {
    const written = "select count(*) from reading where at > '2025-12-29 00:00:00+00'";
    const [stable, constant] = [
      await run([called(retention, 300), called("select count(*) from reading where at > now() - interval '3 days'", 10)]),
      await run([called(retention, 300), called(written, 10)]),
    ];
    const [relative, fixed] = [stable, constant].map((tuning) => proofOf(tuning).effects.find((each) => each.costBefore < 100_000)!);
    expect(relative!.partitions).toEqual({ read: 2, of: 13 });
    expect(fixed!.partitions).toEqual({ read: 2, of: 13 });
    expect(relative!.costAfter / fixed!.costAfter).toBeCloseTo(1, 1);
  });

  test("is refused where an upsert would lose its key", async () => {
    const upsert = "insert into reading values (1, 2, '2025-03-01', 4) on conflict (id) do update set value = 5";
    const { refused } = await run([called(retention, 300), called(upsert)]);
    expect(refused[0]!.reason).toMatch(
      /^Statement [0-9a-f]{16} would fail: the key that its ON CONFLICT names lacks at, and a partitioned table has no such key\.$/,
    );
  });

  test("names what stands in the way", async () => {
    const { advice } = await run([called(retention, 300)]);
    expect(advice[0]!.message).toContain(
      "In the way: unique reading_pkey lacks at, foreign key alarm_reading_fkey of public.alarm refers to it and view public.latest stays with the old table",
    );
  });

  test("reads of one partition are told through aliases, CTEs and subqueries; a self-join reads all for its unbounded side", async () => {
    const inside = "r.at >= '2025-06-02' and r.at < '2025-06-09'";
    for (const sql of [
      `with week as (select * from reading r where ${inside}) select sum(value) from week`,
      `select max(x.value) from (select * from reading r where ${inside} offset 0) x`,
      `select count(*) from alarm a where exists (select from reading r where r.id = a.reading and ${inside})`,
    ]) {
      const tuning = await run([called(retention, 300), called(sql)]);
      expect([sql, effectOf(tuning, await costOf(sql)).partitions]).toEqual([sql, { read: 1, of: 13 }]);
    }
    // Ranges are not carried over from one side of a join to the other: only equality is.
    const twice = "select count(*) from reading a join reading b using (sensor, at) where a.at >= '2025-06-02' and a.at < '2025-06-09'";
    const joined = await run([called(retention, 300), called(twice)]);
    expect(effectOf(joined, await costOf(twice)).partitions!.read).toBe(13);
  });

  test("a planner that cannot try a schema leaves the arithmetic of the counters, and says why", async () => {
    const { underSchema: _underSchema, ...bare } = planner;
    const { advice } = await run([called(retention, 300), called(byKey, 1_000_000)], { planner: bare });
    expect(advice[0]!.proof).toMatchObject({ kind: "arithmetic" });
    expect(JSON.stringify(advice[0]!.proof)).toContain("pruning was not planned: the shadow planner cannot try another schema");
  });

  test("recommended indexes stand in the partitions too", async () => {
    const index = plainIndex("reading", ["value"]);
    await planner.prepare("byvalue", index);
    const sql = "select id from reading where value = 4711";
    const more = { indexes: { show: ["byvalue"], hide: [] }, chosen: [{ id: "byvalue", index }] };
    const proof = proofOf(await run([called(retention, 300), called(sql)], more));
    const effect = proof.effects.find((each) => each.costBefore < 100)!;
    expect(effect.costAfter).toBeLessThan(effect.costBefore * 14);
    expect(JSON.stringify(proof)).not.toContain("plansmith_");
    expect(effect.partitions).toEqual({ read: 13, of: 13 });
  });

  test("the shadow is as it was", async () => {
    const before = await costOf(byKey);
    await run([called(retention, 300), called(byKey)]);
    expect(await costOf(byKey)).toBe(before);
  });

  test("once the time is up nothing is planned, and what was said before stands", async () => {
    let asked = 0;
    const stop = () => {
      if (asked++ > 2) throw new AdvisorError("ABORTED", "The time is up.");
    };
    const { advice } = await run([called(retention, 300), called(range), called(byKey)], { stop });
    expect(advice).toEqual([]);
    expect(await costOf(byKey)).toBeGreaterThan(0);
  });

  test.each<
    [name: string, ddl: string, statements: readonly string[], read: readonly (readonly [read: number, of: number])[], inTheWay: string]
  >([
    [
      "odd names, a date under a domain, generated columns, CHECK, exclusion, BRIN, partial and unique indexes, extended statistics",
      `create extension btree_gist;
       create domain day as date check (value > '2000-01-01');
       create table "Odd ""T" ("When" day not null, room int, span tsrange, a int, b int, total int generated always as (a + b) stored,
         c text check (c <> ''), exclude using gist (room with =, span with &&));
       insert into "Odd ""T" ("When", room, span, a, b, c) select '2025-01-01'::date + i / 80, i,
         tsrange('2025-01-01'::timestamp + i * interval '1 hour', '2025-01-01'::timestamp + (i + 1) * interval '1 hour'), i % 10, i % 10, 'x' || i
         from generate_series(1, 29000) i;
       create index on "Odd ""T" using brin ("When");
       create index "part ial" on "Odd ""T" (lower(c)) where a > 5;
       create statistics "st ""x" (dependencies, mcv) on a, b from "Odd ""T";
       create unique index "u WHEN" on "Odd ""T" ("When", c);`,
      [
        `delete from "Odd ""T" where "When" < '2025-01-10'`,
        `select count(*) from "Odd ""T" where a = 5 and b = 5`,
        `select count(*) from "Odd ""T" t where t."When" = '2025-03-03'`,
      ],
      [
        [1, 13],
        [13, 13],
        [1, 13],
      ],
      'In the way: exclusion constraint "Odd ""T_room_span_excl" lacks "When"',
    ],
    [
      "a timestamp that may be NULL, with common values",
      `create table ev (at timestamp, k int);
       insert into ev select case when i % 10 = 0 then null else timestamp '2025-01-01' + (i / 100) * interval '1 day' end, i
       from generate_series(1, 29000) i;`,
      [
        "delete from ev where at < '2025-01-10'",
        "select count(*) from ev where at is null",
        "select count(*) from ev where at > '2025-09-01'",
      ],
      [
        // DEFAULT holds the NULLs, and as far as the planner knows whatever lies beyond all ranges.
        [2, 12],
        [1, 12],
        [4, 12],
      ],
      "In the way: at may be NULL, which only a DEFAULT partition takes",
    ],
  ])("%s", async (_name, ddl, statements, reads, inTheWay) => {
    const snapshot = { ...(await schemaSnapshot(parser, ddl)), health: { ...noHealth, maintenance: [] } };
    const shadow = await openShadowPlanner(snapshot);
    try {
      const asked = { parser, planner: shadow, snapshot: { ...snapshot, statements: statements.map((each) => called(each)) }, rule };
      const tuning = await adviceOn(asked, { options: { [rule]: { minRows: 1000 } } });
      const costs = await Promise.all(statements.map((sql) => shadow.plan(sql, { show: [], hide: [] })));
      const found = costs.map((each) => {
        const effect = effectOf(tuning, each.kind === "planned" ? each.plan.root.totalCost : null);
        return [effect.partitions!.read, effect.partitions!.of];
      });
      expect(found).toEqual(reads);
      expect(tuning.advice[0]!.message).toContain(inTheWay);
    } finally {
      await shadow.close();
    }
  });

  test("costs are those of a table that is really partitioned", async () => {
    const months = Array.from({ length: 13 }, (_, n) => new Date(Date.UTC(2025, n, 1)).toISOString().slice(0, 10));
    const columns = "create table reading (id bigint not null, sensor int not null, at timestamptz not null, value float8 not null";
    const indexes = "create index on reading (id); create index on reading (at); create index on reading (sensor, at);";
    const whole = await schemaSnapshot(parser, `${columns}); insert into reading ${rows}; ${indexes}`);
    const parts = months
      .slice(0, 12)
      .map((from, n) => `create table part_${n} partition of reading for values from ('${from}Z') to ('${months[n + 1]}Z');`);
    const last = "create table part_12 partition of reading for values from ('2026-01-01Z') to ('2026-02-01Z');";
    const real = await schemaSnapshot(
      parser,
      `${columns}) partition by range (at); ${parts.join("")}${last} insert into reading ${rows}; ${indexes}`,
    );
    const [before, truth] = [await openShadowPlanner(whole), await openShadowPlanner(real)];
    try {
      const statements = [
        "select value from reading where id = 17000",
        "select count(*) from reading where at >= '2025-06-02' and at < '2025-06-09'",
        "select * from reading where sensor = 17 and at >= '2025-11-01'",
        "select sensor, avg(value) from reading group by sensor",
        "select * from reading where sensor = 17 order by at desc limit 5",
        "delete from reading where at < '2025-01-20'",
      ];
      const types = (plan: Plan) => [...planNodes(plan)].map((each) => each.type).join(" ");
      const layout = timePartitions(whole.catalog.relations[0]!.columns[2]!, whole.catalog.relations[0]!.columns[2]!.statistics!)!;
      const { catalog } = partitionedCatalog(whole.catalog, whole.catalog.relations[0]!, "at", layout);
      const tried = await before.underSchema!(catalog, async (other) => {
        const found: { sql: string; types: string; truly: string; ratio: number }[] = [];
        for (const sql of statements) {
          const [guess, fact] = [await other.plan(sql, { show: [], hide: [] }), await truth.plan(sql, { show: [], hide: [] })];
          if (guess.kind !== "planned" || fact.kind !== "planned") throw new Error(JSON.stringify([guess, fact]));
          found.push({
            sql,
            types: types(guess.plan),
            truly: types(fact.plan),
            ratio: guess.plan.root.totalCost / fact.plan.root.totalCost,
          });
        }
        return found;
      });
      if (tried.kind === "refused") throw new Error(tried.why);
      for (const { sql, types: planned, truly, ratio } of tried.result) {
        expect([sql, planned]).toEqual([sql, truly]);
        expect([sql, Math.abs(Math.log(ratio)) < Math.log(1.1)], `cost ${ratio} times`).toEqual([sql, true]);
      }
    } finally {
      await before.close();
      await truth.close();
    }
  });
});
