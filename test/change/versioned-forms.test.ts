import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { versionedForms } from "../../src/change/versioned-forms.ts";
import { functionsSince } from "../../src/change/versioned-functions.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { splitStatements } from "../../src/syntax/split-statements.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

/** A statement that runs on the schema below from the major named on, and fails on every one before it. */
const samples: readonly (readonly [from: number, sql: string])[] = [
  [12, "alter table t add column g text generated always as (lower(b)) stored"],
  [12, "reindex table concurrently t"],
  [13, "alter table g alter column twice drop expression"],
  [14, "create or replace trigger x before update on t for each row execute function f()"],
  [14, "alter table t alter column b set compression pglz"],
  [14, "create table n (b text compression pglz)"],
  [14, "create table n (like t including compression)"],
  [14, "create function one() returns int language sql return 1"],
  [14, "create function one() returns int language sql begin atomic select 1; end"],
  [14, "create statistics s on (lower(b)), a from t"],
  [14, "alter table p detach partition p2 concurrently"],
  [14, "with recursive r(n) as (select 1 union all select n + 1 from r where n < 3) search depth first by n set o select * from r"],
  [14, "reindex (tablespace pg_default) table t"],
  [15, "alter table t add constraint uq unique nulls not distinct (b)"],
  [15, "create unique index on t (b) nulls not distinct"],
  [15, "alter table t set access method heap"],
  [15, "create view v with (security_invoker = true) as select 1 as one"],
  [15, "alter table t add foreign key (a, c) references u (a, c) on delete set null (c)"],
  [15, "merge into t using u on t.a = u.a when matched then delete"],
  [15, "create publication feed for tables in schema public"],
  [15, "create publication feed for table u where (a > 1)"],
  [16, "create table n (b text storage external)"],
  [16, "create statistics on a, b from t"],
  [16, "grant r1 to r2 with inherit true"],
  [16, "select '1' is json"],
  [16, "select json_array(1, 2)"],
  [16, "select json_objectagg(b: a) from t"],
  [16, "select * from (select 1)"],
  [17, "alter table g alter column twice set expression as (a * 3)"],
  [17, "alter table t set access method default"],
  [17, "merge into t using u on t.a = u.a when not matched by source then delete"],
  [17, "merge into t using u on t.a = u.a when matched then delete returning t.a"],
  [17, "grant maintain on t to r1"],
  [17, "select * from json_table('[1]', '$[*]' columns (a int path '$'))"],
  [17, "select json_value('{}', '$.a')"],
  [18, "alter table t add column g text generated always as (lower(b)) virtual"],
  [18, "create table n (a int, g int generated always as (a * 2))"],
  [18, "alter table t add constraint nn not null b not valid"],
  [18, "alter table t add constraint small check (a < 10) not enforced"],
  [18, "create table n (a int references u (a) not enforced)"],
  [18, "alter table g alter constraint gk not enforced"],
  [18, "create table n (a int4range, during tsrange, primary key (a, during without overlaps))"],
];

/** Taken by every major from 13 on: none of the forms above may be seen in it. */
const plain = [
  "create table n (a int primary key check (a > 0), b text not null default lower('X'), c int references u (a) on delete set null)",
  "create domain d as int check (value > 0)",
  "alter domain pos add constraint less check (value < 100)",
  "create trigger x before update on t for each row execute function f()",
  "create table n (like t including all)",
  "create statistics s (ndistinct) on a, b from t",
  "create function one() returns int language sql as 'select 1'",
  "alter table t add constraint small check (a < 10) not valid",
  "alter table t alter column b set not null, alter column c drop default",
  "grant select on t to r1",
  "grant r1 to r2 with admin option",
  "create view v with (security_barrier) as select 1 as one from (select 1) as s",
  "alter table p detach partition p1",
  "create publication feed for table u",
  "select public.uuidv7()",
];

const schema = [
  "create table u (a int primary key, c int, unique (a, c))",
  "create table t (a int, b text, c int)",
  "create table g (a int, twice int generated always as (a * 2) stored, constraint gk foreign key (a) references u)",
  "create table p (a int) partition by range (a)",
  "create table p1 partition of p for values from (1) to (2)",
  "create table p2 partition of p for values from (2) to (3)",
  "create domain pos as int",
  "create function f() returns trigger language plpgsql as 'begin return new; end'",
  "create function uuidv7() returns uuid language sql as 'select null::uuid'",
  "create role r1",
  "create role r2",
];

const none = () => false;
let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser.close());

async function formsOf(sql: string, own: (name: string) => boolean = none) {
  const { statements, failures } = await splitStatements(parser, sql);
  expect(failures).toEqual([]);
  return versionedForms(statements[0]!.node, own);
}

describe("forms that came with a major version", () => {
  it.each(samples)("%i: %s", async (from, sql) => {
    expect((await formsOf(sql))[0]?.from).toBe(from);
  });

  it.each(plain)("none in: %s", async (sql) => {
    expect(await formsOf(sql)).toEqual([]);
  });

  it("a function of the user's own is none of the server's", async () => {
    expect(await formsOf("create table n (id uuid default uuidv7())")).toEqual([{ from: 18, form: "uuidv7()" }]);
    expect(await formsOf("create table n (id uuid default uuidv7())", (name) => name === "uuidv7")).toEqual([]);
  });
});

describe.skipIf(!(await hasNative()))("a native server", () => {
  let server: NativePostgres;
  let client: pg.Client;
  beforeAll(async () => {
    const started = await nativePostgres();
    if (!started) throw new Error(noNativePostgres);
    server = started;
    await server.run("postgres", ...schema.filter((each) => server.major >= 12 || !each.includes("stored")));
    client = new pg.Client({ connectionString: server.url() });
    await client.connect();
  }, 60_000);
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  const outside = /concurrently|reindex/;
  const taken = async (sql: string) => {
    const alone = outside.test(sql);
    if (!alone) await client.query("begin");
    try {
      await client.query(sql);
      return true;
    } catch {
      return false;
    } finally {
      if (!alone) await client.query("rollback");
    }
  };

  it("takes a form from the major that is named on, and refuses it before", async () => {
    const wrong: string[] = [];
    for (const [from, sql] of samples) if ((await taken(sql)) !== server.major >= from) wrong.push(`${server.major}: ${sql}`);
    expect(wrong).toEqual([]);
  });

  it("takes plain statements", async () => {
    const wrong: string[] = [];
    for (const sql of plain) if (!(await taken(sql))) wrong.push(`${server.major}: ${sql}`);
    expect(wrong).toEqual([]);
  });

  it("has a built-in function from the major that is named on, and none of that name before", async () => {
    const { rows } = await client.query<{ proname: string }>(
      "select distinct proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname = any($1)",
      [[...functionsSince.keys()]],
    );
    const there = new Set(rows.map((each) => each.proname));
    const wrong = [...functionsSince].filter(([name, from]) => there.has(name) !== server.major >= from);
    expect(wrong).toEqual([]);
  });
});

async function hasNative(): Promise<boolean> {
  const { installations } = await import("../../src/native/find-postgres.ts");
  return installations({ ...process.env, PLANSMITH_PG: process.env.PLANSMITH_TEST_PG ?? process.env.PLANSMITH_PG }).length > 0;
}
