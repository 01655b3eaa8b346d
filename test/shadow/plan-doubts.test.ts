import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import type { IndexDefinition } from "../../src/domain/candidate.ts";
import type { PlanDoubt } from "../../src/domain/plan.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { index, key } from "../../src/rule/index.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { collect } from "./fidelity.ts";

const trips = { schema: "public", name: "trips" };
let production: EmbeddedDatabase;
let planner: Planner;
beforeAll(async () => {
  production = await bootEmbedded({ collation: "c" });
  await production.run(`
    select setseed(0.4);
    -- All 40,000 rows are read by ANALYZE: no draw to hang on.
    set default_statistics_target = 150;
    create table trips (id int primary key, city int not null, zip int not null, street int not null, house int not null, price numeric(10,2) not null, day date not null, name text not null, extra jsonb, "Odd Price" numeric(10,2));
    insert into trips select i, c, c * 10, s, s % 7, round((random() * 1000)::numeric, 2), date '2020-01-01' + i / 30, 'Name ' || i, jsonb_build_object('k', i % 300), round((random() * 1000)::numeric, 2)
      from (select i, i % 300 as c, (random() * 400)::int as s from generate_series(1, 40000) i) t;
    alter table trips alter extra set statistics 100;
    create statistics trips_place (dependencies, mcv) on street, house from trips;
    create table days (id int, day date not null, kind int not null, sort int not null) partition by range (day);
    create table days_1 partition of days for values from ('2020-01-01') to ('2021-01-01');
    create table days_2 partition of days for values from ('2021-01-01') to ('2022-01-01');
    insert into days select i, date '2020-01-01' + i % 700, i % 90, i % 90 from generate_series(1, 20000) i;
    create index trips_day on trips (day);
  `);
  await production.session.query("vacuum analyze");
  planner = await openShadowPlanner(await collect(production.session));
});
afterAll(async () => {
  await planner?.close();
  await production?.close();
});

async function doubtsOf(sql: string, definition?: IndexDefinition): Promise<readonly PlanDoubt[]> {
  const id = `d${Buffer.from(sql).toString("hex").slice(-20)}`;
  if (definition) expect(await planner.prepare(id, definition)).toMatchObject({ kind: "prepared" });
  const whatIf = { show: definition ? [id] : [], hide: [] };
  const outcome = await planner.plan(sql, whatIf);
  if (outcome.kind === "failed") throw new Error(outcome.message);
  return planner.doubts!(outcome.plan, whatIf);
}
const kinds = (doubts: readonly PlanDoubt[]) => doubts.map((doubt) => doubt.kind);

describe("a range at the end of what ANALYZE saw", () => {
  const byPrice = index(trips, "btree", [key("price")]);
  test.each(["price > 998", "price >= 2000", "price < 0.5", "price between 997 and 999"])(
    "%s with the first index of the column",
    async (range) => {
      expect(kinds(await doubtsOf(`select id from trips where ${range}`, byPrice))).toEqual(["index-end"]);
    },
  );
  test("is nothing in the middle, without the index, on another method, or where an index shows the end today", async () => {
    expect(await doubtsOf("select id from trips where price > 500 and price < 501", byPrice)).toEqual([]);
    expect(await doubtsOf("select id from trips where price > 998")).toEqual([]);
    expect(kinds(await doubtsOf("select id from trips where price > 998.5", index(trips, "brin", [key("price")])))).not.toContain(
      "index-end",
    );
    expect(await doubtsOf("select id from trips where day > '2023-08-25'", index(trips, "btree", [key("day"), key("price")]))).toEqual([]);
  });
  const byHalf = index(trips, "btree", [
    key({ sql: "(price / 2)", column: null, columns: ["price"], type: null, collation: null, immutable: true }),
  ]);
  test.each(["price / 2 > 499", "t.price / 2 between 498 and 499.5"])("%s with the first index of the expression", async (range) => {
    expect(kinds(await doubtsOf(`select id from trips t where ${range}`, byHalf))).toContain("index-end");
  });
  test("is nothing in the middle of an expression, nor for another one of the same column", async () => {
    expect(kinds(await doubtsOf("select id from trips where price / 2 between 200 and 201", byHalf))).not.toContain("index-end");
    expect(kinds(await doubtsOf("select id from trips where price / 4 > 499", byHalf))).not.toContain("index-end");
  });
  test("is seen of an expression on a partitioned table, and of a column whose name needs quotes", async () => {
    const byKind = index({ schema: "public", name: "days" }, "btree", [
      key({ sql: "(id + 1000)", column: null, columns: ["id"], type: null, collation: null, immutable: true }),
    ]);
    expect(kinds(await doubtsOf("select id from days where id + 1000 > 20995", byKind))).toContain("index-end");
    const byOdd = index(trips, "btree", [key("Odd Price")]);
    expect(kinds(await doubtsOf('select id from trips t join days d using (id) where t."Odd Price" > 998', byOdd))).toContain("index-end");
  });
  test("says no value of the statement", async () => {
    const [doubt] = await doubtsOf("select id from trips where price > 998.75", byPrice);
    expect(doubt!.text).toContain("price");
    expect(doubt!.text).not.toContain("998");
    expect(doubt).toMatchObject({ relation: trips, index: null });
  });
});

describe("columns taken to be independent", () => {
  test("are named with how many times as many rows there may be", async () => {
    // Each city has one zip: 134 rows where the product of two estimates has 0.4.
    const [doubt] = await doubtsOf("select * from trips t where t.city = 7 and t.zip = 70");
    expect(doubt).toMatchObject({
      kind: "independent-columns",
      text: "city, zip of trips are taken to be independent: up to 134 times as many rows if they are not",
    });
  });
  test("are not doubted where statistics cover them together, or one alone decides", async () => {
    expect(await doubtsOf("select * from trips where street = 8 and house = 1")).toEqual([]);
    expect(await doubtsOf("select * from trips where id = 8 and city = 8")).toEqual([]);
    expect(await doubtsOf("select * from trips where city = 8 or zip = 80")).toEqual([]);
  });
  test("are said once of a partitioned table", async () => {
    const doubts = await doubtsOf("select * from days where kind = 3 and sort = 3");
    expect(doubts).toHaveLength(1);
    expect(doubts[0]!.relation!.name).toBe("days");
  });
});

describe("computed values", () => {
  test("without statistics are PostgreSQL's default guess", async () => {
    expect(kinds(await doubtsOf("select * from trips where lower(name) = 'x'"))).toEqual(["expression"]);
    expect(kinds(await doubtsOf("select * from trips where (extra ->> 'k') = '3'"))).toEqual(["expression"]);
  });
  test("of a new index whose statistics are derived say so, with the index", async () => {
    const byMember = index(trips, "btree", [
      key({ sql: "((extra ->> 'k'))", column: null, columns: [], type: null, collation: null, immutable: true }),
    ]);
    const doubts = await doubtsOf("select * from trips where (extra ->> 'k') = '3'", byMember);
    expect(doubts.filter((doubt) => doubt.index !== null).map((doubt) => doubt.kind)).toEqual(["expression"]);
  });
});

test("a plain equality on an analysed column is beyond doubt", async () => {
  expect(await doubtsOf("select * from trips where city = 7", index(trips, "btree", [key("city")]))).toEqual([]);
});
