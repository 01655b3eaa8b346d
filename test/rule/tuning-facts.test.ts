import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { heapPagesNeeded, indexedColumns } from "../../src/rule/heap-size.ts";
import { keyUse } from "../../src/rule/key-column.ts";
import { statisticsTargets } from "../../src/rule/tuning-text.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

import { rebuiltPages } from "../../src/tune/rebuilt-pages.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";

const schema = `
create table narrow (id bigint primary key, a int not null, b smallint not null);
insert into narrow select i, i % 100, i % 9 from generate_series(1, 60000) i;
create table texts (id int, short text, long text, flag boolean, at timestamptz);
insert into texts select i, left(md5(i::text), i % 20), repeat(md5(i::text), 1 + i % 6), i % 3 = 0, now() from generate_series(1, 30000) i;
create table nulls (a bigint, b text, c numeric, d uuid);
insert into nulls select i, case when i % 4 = 0 then 'value ' || i end, case when i % 2 = 0 then i * 1.5 end, null from generate_series(1, 40000) i;
create table loose (id bigint primary key, note text) with (fillfactor = 60);
insert into loose select i, md5(i::text) from generate_series(1, 30000) i;
create index texts_short on texts (short);
create index nulls_a_b on nulls (a, b);
create index narrow_a on narrow (a);
create table updated (id bigint primary key, a int, b int, c int, d text, e int, at date);
create index on updated (a) include (b) where c > 0;
create index on updated (lower(d));
create index on updated using brin (at);
`;

describe("facts that tuning rules reckon with", () => {
  let parser: SqlParser;
  let snapshot: Snapshot;
  beforeAll(async () => {
    parser = await openParser();
    snapshot = await schemaSnapshot(parser, schema);
  });
  afterAll(() => parser?.close());
  const table = (name: string) => snapshot.catalog.relations.find((each) => each.name === name)!;

  test.each(["narrow", "texts", "nulls", "loose"])("pages needed by %s, freshly filled, come within 10 %% of its real pages", (name) => {
    const needed = heapPagesNeeded(table(name))!;
    expect(needed / table(name).currentPages).toBeGreaterThan(0.9);
    expect(needed / table(name).currentPages).toBeLessThan(1.1);
  });

  test.each(["narrow_pkey", "narrow_a", "texts_short", "nulls_a_b"])(
    "pages of %s built anew come within 15 %% of those just built",
    (name) => {
      const owner = snapshot.catalog.relations.find((each) => each.indexes.some((index) => index.name === name))!;
      const index = owner.indexes.find((each) => each.name === name)!;
      const pages = rebuiltPages(owner, index, 18)!;
      expect(pages / index.currentPages).toBeGreaterThan(0.85);
      expect(pages / index.currentPages).toBeLessThan(1.15);
    },
  );

  test("an update is heap-only when no index reads what it assigns: keys, INCLUDE, predicates and expressions count", () => {
    expect([...indexedColumns(table("updated"), { heapOnly: false })].sort()).toEqual(["a", "at", "b", "c", "d", "id"]);
    expect([...indexedColumns(table("updated"), { heapOnly: true })].sort()).toEqual(["a", "b", "c", "d", "id"]);
  });

  test("a table whose columns were not analysed is not judged", () => {
    const bare = { ...table("narrow"), columns: table("narrow").columns.map((each) => ({ ...each, statistics: null })) };
    expect(heapPagesNeeded(bare)).toBeNull();
  });
});

test.each([
  ["(doc ->> 'state'::text)", { document: "doc", key: "state", type: "text", whole: true }],
  ["((doc ->> 'it''s'::text))", { document: "doc", key: "it's", type: "text", whole: true }],
  ["(\"Doc\" ->> 'state'::text)", { document: "Doc", key: "state", type: "text", whole: true }],
  ["((doc ->> 'n'::text))::integer", { document: "doc", key: "n", type: "integer", whole: true }],
  ["(doc ->> 'n')::pg_catalog.int8", { document: "doc", key: "n", type: "bigint", whole: true }],
  ["(((doc ->> 'n'::text))::double precision)", { document: "doc", key: "n", type: "double precision", whole: true }],
  ["CAST(doc ->> 'n' AS int)", { document: "doc", key: "n", type: "integer", whole: true }],
  ["CAST(doc ->> 'n' AS int) + 1", { document: "doc", key: "n", type: "integer", whole: false }],
  ["CAST(doc ->> 'n' AS double precision)", { document: "doc", key: "n", type: "double precision", whole: true }],
  ["CAST(doc ->> 'n' AS numeric(10, 2))", { document: "doc", key: "n", type: "text", whole: false }],
  ["CAST(doc ->> 'n' AS interval)", { document: "doc", key: "n", type: "text", whole: false }],
  ["((doc ->> 'at'::text))::timestamp with time zone", { document: "doc", key: "at", type: "text", whole: false }],
  ["((doc ->> 'n'::text))::numeric(10,2)", { document: "doc", key: "n", type: "text", whole: false }],
  ["((doc ->> 'a'::text) || 'b'::text)", { document: "doc", key: "a", type: "text", whole: false }],
  ["(doc -> 'state'::text)", null],
  ["((doc -> 'a'::text) ->> 'b'::text)", null],
  ["lower(doc)", null],
])("the JSON key of %s", (sql, expected) => expect(keyUse(sql)).toEqual(expected));

test.each([
  ["CREATE STATISTICS public.s ON a, b FROM t", { kinds: ["ndistinct", "dependencies", "mcv"], columns: ["a", "b"] }],
  ['CREATE STATISTICS public.s (mcv, ndistinct) ON "A b", c FROM public.t', { kinds: ["mcv", "ndistinct"], columns: ["A b", "c"] }],
  ["CREATE STATISTICS public.s ON lower(a), b FROM t", null],
])("kinds and columns of %s", (definition, expected) => expect(statisticsTargets(definition)).toEqual(expected));
