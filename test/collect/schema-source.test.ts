import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyFigures } from "../../src/collect/apply-figures.ts";
import { liveSource } from "../../src/collect/live-source.ts";
import { type SchemaOptions, schemaSource } from "../../src/collect/schema-source.ts";
import { connectReadOnly } from "../../src/connect/connect.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { manyKindsSchema } from "../support/many-kinds-schema.ts";
import { type NativePostgres, nativePostgres } from "../support/native-postgres.ts";

const postgres: NativePostgres | null = await nativePostgres();
const pgDump = postgres?.program("pg_dump") ?? null;
const folder = mkdtempSync(join(tmpdir(), "plansmith-schema-"));
const path = join(folder, "schema.sql");

describe("a schema on paper", () => {
  let parser: SqlParser;
  beforeAll(async () => {
    parser = await openParser();
  });
  afterAll(async () => {
    await parser?.close();
    rmSync(folder, { recursive: true, force: true });
    await postgres?.stop();
  });
  const read = (text: string, more: Partial<SchemaOptions> = {}): Promise<Snapshot> => {
    writeFileSync(path, text);
    const options = { top: 9, minCalls: 1, includeSchemas: [], excludeSchemas: [], readEnds: true, now: new Date(0), redactValues: false };
    return schemaSource(parser, { ...options, schemaFile: path, statements: [], ...more }).read({});
  };
  const table = (snapshot: Snapshot, name: string) => snapshot.catalog.relations.find((each) => each.name === name)!;

  test("rows that the file makes are analysed, and the planner's settings are PostgreSQL's own", async () => {
    const snapshot = await read(`
      set work_mem = '512MB';
      create extension if not exists pg_trgm;
      create table t (id bigint primary key, note text);
      begin; insert into t select i, 'n' || i % 7 from generate_series(1, 5000) i; commit;
      create index concurrently t_note on t using gin (note gin_trgm_ops);`);
    expect(snapshot.origin).toBe("schema-file");
    expect(table(snapshot, "t")).toMatchObject({
      rows: 5000,
      columns: [{ ends: { low: "1", high: "5000" } }, { statistics: { distinct: 7 } }],
    });
    const setting = (name: string) => snapshot.settings.find((each) => each.name === name)!.value;
    expect([setting("work_mem"), setting("max_parallel_workers_per_gather")]).toEqual(["4096", "2"]);
    expect(snapshot.gaps).toEqual([]);
  });

  test("a plain dump loads: COPY rows, ownership, grants, psql commands", async () => {
    const snapshot = await read(dump);
    expect(table(snapshot, "items")).toMatchObject({ rows: 3, columns: [{}, { statistics: { nullFraction: expect.closeTo(1 / 3) } }, {}] });
    expect(table(snapshot, "items").columns[1]!.statistics!.histogramBounds).toBe('{"a\ttab","back\\\\slash"}');
    expect(table(snapshot, "items").indexes.map((each) => each.name)).toEqual(["items_pkey"]);
    expect(snapshot.gaps).toEqual([expect.objectContaining({ what: expect.stringMatching(/^\d+ statements of .* about roles/) })]);
  });

  test.skipIf(!pgDump)("what pg_dump writes of a server loads as that server's schema, types, rows and statistics", async () => {
    const server = postgres!;
    await server.run("postgres", "create role shop", "create role readers");
    await server.run(
      "postgres",
      manyKindsSchema(server.major),
      "alter table users owner to shop",
      "grant select on orders to readers",
      "comment on table users is 'people'",
      "alter default privileges in schema public grant select on tables to readers",
      "create policy own on users to readers using (id < 5)",
      "create table odd (note text)",
      "insert into odd values (E'tab\\t back\\\\ line\\n quote'' \\\\.'), (null), ('')",
      "vacuum analyze",
    );
    const dumped = execFileSync(pgDump!, ["-d", server.url()], { encoding: "utf8", maxBuffer: 1 << 28 });
    const session = await connectReadOnly({ url: server.url(), statementTimeoutMs: 10_000, lockTimeoutMs: 500, env: {} });
    const options = { top: 9, minCalls: 1, includeSchemas: [], excludeSchemas: [], readEnds: false, now: new Date(0), redactValues: false };
    const live = await liveSource(session, options).read({});
    await session.close();
    const paper = await read(dumped, { readEnds: false });
    expect(paper.gaps.map((gap) => gap.what)).toEqual([expect.stringMatching(/^\d+ statements of .* about roles/)]);
    const shape = (snapshot: Snapshot) =>
      Object.fromEntries(
        snapshot.catalog.relations.map((relation) => [
          relation.name,
          {
            kind: relation.kind,
            rows: relation.rows,
            columns: relation.columns.map((column) => [
              column.name,
              column.type,
              column.notNull,
              column.statistics?.distinct,
              column.statistics?.mostCommonElements,
            ]),
            indexes: relation.indexes.map((index) => index.definition).sort(),
            constraints: relation.constraints.filter((each) => each.kind !== "not-null").map((each) => [each.name, each.kind]),
            parents: relation.parents,
          },
        ]),
      );
    expect(shape(paper)).toEqual(shape(live));
    expect(table(paper, "odd").columns[0]!.statistics!.histogramBounds).toContain("\\\\.");
    for (const kind of ["enums", "domains", "composites", "ranges", "collations", "sequences"] as const)
      expect(paper.catalog[kind].map((each) => each.name)).toEqual(live.catalog[kind].map((each) => each.name));
  });

  test("an error names file, line, statement and SQLSTATE", async () => {
    await expect(read("create table a (id int);\n\ncreate table b (\n  id int,\n  at timestampz\n);")).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: `${path}:5: type "timestampz" does not exist (SQLSTATE 42704) in: create table b ( id int, at timestampz )`,
    });
    await expect(read("select 1;\ninsert into nowhere values ('s3cret')")).rejects.toMatchObject({
      message: expect.not.stringContaining("s3cret"),
    });
    await expect(read("create table t (id int);\ncopy t from stdin;\n1\n2\n")).rejects.toMatchObject({
      message: `${path}:2: the rows of this COPY have no end.`,
    });
    await expect(schemaSource(parser, { ...({} as SchemaOptions), schemaFile: join(folder, "none") }).read({})).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });

  test("an extension that is not bundled costs what rests on it, and says so", async () => {
    const snapshot = await read(`
      create extension postgis;
      create table places (id int, at geometry);
      create index on places (id);
      create table plain (id int);
      insert into plain values (1);`);
    expect(snapshot.catalog.relations.map((each) => each.name)).toEqual(["plain"]);
    expect(snapshot.gaps.map((gap) => gap.what)).toEqual([
      "extension postgis and what rests on it",
      expect.stringContaining("create table places"),
      expect.stringContaining("create index on places"),
    ]);
  });

  test("a table without rows is a gap, unless a comment states its figures", async () => {
    const schema = "create table o (id bigint primary key, customer_id int not null, status text);";
    const bare = await read(schema);
    expect(bare.gaps).toContainEqual(
      expect.objectContaining({ what: "figures of table public.o", remedy: expect.stringContaining("-- plansmith: o rows=") }),
    );
    const stated = await read(`-- plansmith: o rows=2000000 customer_id.distinct=40000 status.common=done:0.9|failed:0.01\n${schema}`);
    expect(stated.gaps).toEqual([]);
    expect(table(stated, "o")).toMatchObject({
      rows: 2_000_000,
      columns: [
        { statistics: { distinct: -1 } },
        { statistics: { distinct: 40_000 } },
        { statistics: { mostCommonValues: '{"done","failed"}', mostCommonFrequencies: [0.9, 0.01] } },
      ],
    });
    expect(table(stated, "o").pages).toBeGreaterThan(10_000);
    expect(table(stated, "o").indexes[0]!.currentPages).toBeGreaterThan(5000);
    expect(stated.server.databaseBytes! - bare.server.databaseBytes!).toBeGreaterThan(120_000_000);
  });

  test("loading the file counts as nothing: no index is unused, no row was written, unless a comment says so", async () => {
    const snapshot = await read(
      "-- plansmith: w updates=50\ncreate table w (id int primary key); create table x (id int primary key); insert into x values (1);",
    );
    expect(table(snapshot, "x")).toMatchObject({ activity: null, indexes: [{ scans: null }] });
    expect(table(snapshot, "w").activity).toMatchObject({ rowsUpdated: 50, rowsInserted: 0 });
  });

  test("figures scale rows that are there, pages and indexes with them", async () => {
    const small = await read("create table s (id int primary key); insert into s select generate_series(1, 10000);");
    const large = applyFigures(small, "-- s rows=1000000");
    const [from, to] = [table(small, "s"), table(large, "s")];
    expect(to.pages / from.pages).toBeCloseTo(100, 0);
    expect(to.indexes[0]!.currentPages / from.indexes[0]!.currentPages).toBeCloseTo(100, 0);
    expect(to.columns[0]!.statistics).toEqual(from.columns[0]!.statistics);
  });

  test("an ordinary comment is no figure; a marked one that names nothing is an error", async () => {
    const one = await read("-- s x=1\n-- see s rows\ncreate table s (id int); insert into s values (1);");
    expect(applyFigures(one, "-- other rows=5\n-- s colour=red\n-- s note=1")).toBe(one);
    for (const line of ["-- plansmith: other rows=5", "-- plansmith: s nope.distinct=5", "-- plansmith: s rows=many", "-- plansmith: s"])
      expect(() => applyFigures(one, `\n${line}`, "f.sql")).toThrow(
        expect.objectContaining({ code: "INPUT_INVALID", message: expect.stringContaining("f.sql:2") }),
      );
  });

  test("redaction takes the literals out of a file's statements", async () => {
    const statement = { sql: "select * from t where note = 's3cret'", calls: 1, totalExecTimeMs: 0, queryId: null, place: "f:1" };
    const unknown = { rows: null, sharedBlocksRead: null, sharedBlocksHit: null, tempBlocksWritten: null, countingSince: null };
    const role = { ...statement, ...unknown, sql: "alter role x password 's3cret'" };
    const snapshot = await read("create table t (note text); insert into t values ('s3cret'), ('s3cret')", {
      redactValues: true,
      statements: [{ ...statement, ...unknown }, role],
    });
    expect(JSON.stringify(snapshot)).not.toContain("s3cret");
    expect(snapshot.statements.map((each) => each.sql)).toEqual(["select * from t where note = $1"]);
    expect(snapshot.gaps).toContainEqual(expect.objectContaining({ area: "statements", what: "1 statement" }));
  });
});

const dump = `--
-- PostgreSQL database dump
--

\\restrict abc

SET statement_timeout = 0;
SET transaction_timeout = 0;
SET some_future_setting = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
SET default_table_access_method = heap;

CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
COMMENT ON SCHEMA public IS 'standard public schema';

CREATE FUNCTION public.f() RETURNS integer
    LANGUAGE plpgsql
    AS $$ begin return 1; end; $$;
ALTER FUNCTION public.f() OWNER TO shop;

CREATE TABLE public.items (
    id integer NOT NULL,
    note text,
    price numeric
);
ALTER TABLE public.items OWNER TO shop;
CREATE SEQUENCE public.items_id_seq AS integer OWNED BY public.items.id;
ALTER TABLE ONLY public.items ALTER COLUMN id SET DEFAULT nextval('public.items_id_seq'::regclass);

COPY public.items (id, note, price) FROM stdin;
1	a\\ttab	1.5
2	\\N	2
3	back\\\\slash	\\N
\\.

SELECT pg_catalog.setval('public.items_id_seq', 3, true);
ALTER TABLE ONLY public.items
    ADD CONSTRAINT items_pkey PRIMARY KEY (id);
CREATE POLICY own ON public.items TO shop USING (id < 5);
GRANT SELECT ON TABLE public.items TO readers;
ALTER DEFAULT PRIVILEGES FOR ROLE shop GRANT SELECT ON TABLES TO readers;
\\unrestrict abc
`;
