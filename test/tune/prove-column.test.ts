import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import type { TuningAdvice } from "../../src/domain/tuning.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { withKeyColumn } from "../../src/tune/key-as-column.ts";
import type { TuneInput } from "../../src/tune/tune.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";
import { adviceOn, called } from "../support/tune-statements.ts";

const schema = `
create table item (id bigint primary key, shop int not null, doc jsonb not null);
insert into item select i, i % 300, jsonb_build_object('state', 'state ' || i % 40, 'n', i % 5000, 'ref', md5(i::text), 'text', repeat('x', 40)) from generate_series(1, 30000) i;
-- plansmith: item rows=3000000
create table other (id bigint primary key, doc jsonb);
create table "Odd-Table" ("Doc" jsonb, plansmith_key int);
insert into "Odd-Table" select jsonb_build_object('it''s "a" key', i % 100), i from generate_series(1, 20000) i;
create table blank (id bigint, doc jsonb);
-- plansmith: blank rows=3000000
`;
const grouping = "select doc ->> 'state', count(*) from item group by doc ->> 'state'";

describe("a JSON key as a stored column, planned in the shadow", () => {
  let parser: SqlParser;
  let read: Snapshot;
  let planner: Planner;

  beforeAll(async () => {
    parser = await openParser();
    read = await schemaSnapshot(parser, schema);
    planner = await openShadowPlanner(read);
  });
  afterAll(async () => {
    await planner?.close();
    await parser?.close();
  });

  const run = (sql: readonly string[], snapshot = read, more: Partial<TuneInput> = {}) =>
    adviceOn(
      { parser, planner, snapshot: { ...snapshot, statements: sql.map((each) => called(each)) }, rule: "tuning/jsonb-key-column" },
      more,
    );
  const figures = ({ evidence }: TuningAdvice) => new Map(evidence.map(({ name, value }) => [name, Number(value)]));

  test("is proved where it does better than an index on the expression, with all three costs", async () => {
    const { advice } = await run([grouping]);
    const found = figures(advice[0]!);
    expect(found.get("with the column")).toBeLessThan(found.get("with an index on the expression")! * 0.99);
    expect(found.get("with an index on the expression")).toBeLessThan(found.get("calls × cost now")!);
    expect(advice[0]!.proof).toMatchObject({ kind: "planner", comparable: true, planned: 1, better: 1, worse: 0 });
    expect(JSON.stringify(advice[0]!.proof)).toContain("Index Only Scan using item_state_idx");
  });

  test("is refused where an index on the expression does as much, with both costs", async () => {
    const { advice, refused } = await run(["select id from item where doc ->> 'ref' = 'abc'"]);
    expect(advice).toEqual([]);
    expect(refused[0]!.reason).toMatch(
      /^An index on the expression does as much, and no statement has to be rewritten: calls × cost [\d,]+ now, [\d,]+ with an index on the expression, [\d,]+ with the column\.$/,
    );
  });

  test("as much is enough where rows are sorted or grouped by a key of large documents, which no planner counts", async () => {
    // Sorted by what an index on the expression serves just as well.
    const sql = "select id, shop from item order by doc ->> 'ref' limit 20";
    expect((await run([sql])).refused).toHaveLength(1);
    const large = { ...read.catalog.relations[0]!, bytes: read.catalog.relations[0]!.bytes + 3_000_000 * 4000 };
    const relations = read.catalog.relations.map((each) => (each.name === "item" ? large : each));
    const { advice, refused } = await run([sql], { ...read, catalog: { ...read.catalog, relations } });
    expect(refused).toEqual([]);
    expect(figures(advice[0]!).get("TOAST per row, of which the planner counts nothing")).toBeCloseTo(4000, -2);
  });

  test("a key that every use casts alike becomes a column of that type", async () => {
    const { advice } = await run([
      "select count(*) from item where (doc ->> 'n')::int > 4990",
      "select count(*) from item a join item b on (a.doc->>'n')::int = (b.doc->>'n')::int + 1 where a.id = 5",
    ]);
    expect(advice[0]!.apply[0]).toBe(`ALTER TABLE public.item ADD COLUMN "n" integer GENERATED ALWAYS AS ((doc ->> 'n')::integer) STORED`);
    expect(advice[0]!.proof).toMatchObject({ kind: "planner", better: 2 });
    expect(figures(advice[0]!).get("statements written with it for the proof")).toBe(2);
  });

  test("one that is text in some places stays text", async () => {
    const { advice, refused } = await run([
      "select count(*) from item where (doc ->> 'n')::int > 4990",
      "select doc ->> 'n', count(*) from item group by 1",
    ]);
    expect(advice[0]?.apply[0] ?? JSON.stringify(refused)).toContain(`"n" text GENERATED`);
  });

  test("takes odd names, and a table that has the trial's own name for a column", async () => {
    const { advice } = await run([`select count(*) from "Odd-Table" where "Doc" ->> 'it''s "a" key' = '5'`]);
    expect(advice[0]!.apply).toEqual([
      `ALTER TABLE public."Odd-Table" ADD COLUMN "it_s_a_key" text GENERATED ALWAYS AS ("Doc" ->> 'it''s "a" key') STORED`,
      `CREATE INDEX CONCURRENTLY ON public."Odd-Table" ("it_s_a_key")`,
    ]);
    expect(advice[0]!.proof).toMatchObject({ kind: "planner", better: 1 });
  });

  test("is unproved where nothing tells the key's values", async () => {
    const { advice } = await run(["select count(*) from blank where doc ->> 'k' = 'x'"]);
    expect(advice[0]!.proof).toMatchObject({ kind: "unproved" });
  });

  test("an index on the expression that is there already is made on the column too", async () => {
    const indexed = await schemaSnapshot(
      parser,
      schema.replace("-- plansmith: item", "create index item_ref on item ((doc ->> 'ref'), shop);\n-- plansmith: item"),
    );
    const shadow = await openShadowPlanner(indexed);
    try {
      const { refused } = await run(["select id from item where doc ->> 'ref' = 'abc' and shop = 5"], indexed, { planner: shadow });
      expect(refused[0]!.reason).toContain("the statements gain nothing");
    } finally {
      await shadow.close();
    }
  });

  test("the shadow is as it was", async () => {
    const cost = async () => {
      const outcome = await planner.plan(grouping, { show: [], hide: [] });
      return outcome.kind === "planned" ? outcome.plan.root.totalCost : null;
    };
    const before = await cost();
    await run([grouping]);
    expect(await cost()).toBe(before);
  });

  const column = { document: "doc", key: "k", name: "k", type: "text" as const };
  const ground = () => ({ catalog: read.catalog, searchPath: ["public"], parser });
  test.each([
    ["select i.doc->>'k' from item i where (i.doc ->> 'k') = $1", "SELECT i.k FROM item as i WHERE i.k = $1"],
    ["select 1 from item a, item b where a.doc->>'k' = b.doc->>'k'", "SELECT 1 FROM item as a, item as b WHERE a.k = b.k"],
    ["with w as (select doc->>'k' as x from item) select x from w", "WITH w as (SELECT k as x FROM item) SELECT x FROM w"],
    ["select s.d->>'k' from (select doc as d from item) s", null],
    ["select s.doc->>'k' from (select doc from item) s", null],
    ["select doc->>'k' from other", null],
    [
      "select o.doc->>'k', i.doc->>'k' from other o join item i using (id)",
      "SELECT o.doc ->> 'k', i.k FROM other as o JOIN item as i USING (id)",
    ],
    [
      "select 1 from other o where exists (select from item where doc->>'k' = o.doc->>'k')",
      "SELECT 1 FROM other as o WHERE EXISTS (SELECT FROM item WHERE k = (o.doc ->> 'k'))",
    ],
    ["select doc->>'j', doc->'k' from item", null],
    ["update item set shop = 1 where doc->>'k' = 'a'", "UPDATE item SET shop = 1 WHERE k = 'a'"],
    ["delete from item where doc->>'k' = 'a' returning doc->>'k'", "DELETE FROM item WHERE k = 'a' RETURNING k"],
    ["select doc->>'k' from item order by doc->>'k'", "SELECT k FROM item ORDER BY k"],
    ["select (doc->>'k')::int from item", "SELECT k::int FROM item"],
  ])("%s", async (sql, expected) => {
    const written = await withKeyColumn(sql, { schema: "public", name: "item" }, column, ground());
    expect(written?.replaceAll(/\s+/g, " ").replaceAll(" AS ", " as ")).toBe(expected ?? sql);
  });

  test("a column of a number takes the place of the key's cast, and of no text", async () => {
    const number = { ...column, type: "integer" as const };
    const sql = "select doc->>'k' from item where (doc->>'k')::int = 5 and (doc->>'k')::bigint < 9";
    expect(await withKeyColumn(sql, { schema: "public", name: "item" }, number, ground())).toBe(
      "SELECT doc ->> 'k' FROM item WHERE k = 5 AND CAST(doc ->> 'k' AS bigint) < 9",
    );
  });
});
