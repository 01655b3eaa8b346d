import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LiveOptions, liveSource } from "../../src/collect/live-source.ts";
import { connectReadOnly } from "../../src/connect/connect.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";
import { reading } from "./reading.ts";

const postgres: NativePostgres | null = await nativePostgres();

describe.skipIf(!postgres)(`on a native PostgreSQL (${postgres ? postgres.major : noNativePostgres})`, () => {
  const server = postgres!;
  beforeAll(async () => {
    await server.run("postgres", "create database shop", ...roles);
    await server.run("shop", ...schema);
  });
  afterAll(() => server.stop());

  const collect = async (user: string, more: Partial<LiveOptions> = {}, database = "shop") => {
    const session = await connectReadOnly({ url: server.url(database, user), statementTimeoutMs: 10_000, lockTimeoutMs: 300, env: {} });
    try {
      return await liveSource(session, { ...reading, ...more }).read({});
    } finally {
      await session.close();
    }
  };
  const statisticsOf = (snapshot: Snapshot, table: string) =>
    snapshot.catalog.relations.find((each) => each.name === table)!.columns.map((column) => column.statistics !== null);
  const remedies = (snapshot: Snapshot) => snapshot.gaps.map((gap) => gap.remedy);

  test("a superuser reads everything, without a gap but the workload's own", async () => {
    const snapshot = await collect("postgres");
    expect(snapshot.gaps.filter((gap) => gap.area !== "statements")).toEqual([]);
    expect(statisticsOf(snapshot, "guarded")).toEqual([true, true]);
    expect(snapshot.catalog.statisticsObjects[0]!.collected[0]!.mcvHex).toMatch(/^[0-9a-f]+$/);
    expect(snapshot.server).toMatchObject({ major: server.major, database: "shop", standby: false });
    expect(snapshot.server.systemIdentifier).toMatch(/^\d+$/);
  });

  test("a bare login gets the schema and the sizes; each thing it may not read is a gap with its grant", async () => {
    const snapshot = await collect("x_plain");
    expect(statisticsOf(snapshot, "items")).toEqual([false, false, false]);
    expect(snapshot.catalog.relations.find((each) => each.name === "items")!.currentPages).toBeGreaterThan(10);
    expect(remedies(snapshot)).toContain("GRANT SELECT ON pg_statistic, pg_statistic_ext_data TO x_plain;");
    expect(remedies(snapshot)).toContain("GRANT SELECT ON pg_statistic_ext_data TO x_plain;");
  });

  test("pg_monitor alone sees all statements and no statistics", async () => {
    const snapshot = await collect("x_monitor");
    expect(remedies(snapshot)).toContain("GRANT SELECT ON pg_statistic, pg_statistic_ext_data TO x_monitor;");
    expect(remedies(snapshot)).not.toContain("GRANT pg_read_all_stats TO x_monitor;");
  });

  test("pg_monitor and two grants read all statistics, of guarded tables too, and no row", async () => {
    const [full, least] = [await collect("postgres"), await collect("x_advisor")];
    expect(least.gaps.filter((gap) => gap.area !== "statements")).toEqual([]);
    const withoutEnds = (snapshot: Snapshot) =>
      snapshot.catalog.relations.map((relation) => ({
        ...relation,
        activity: null,
        columns: relation.columns.map((column) => ({ ...column, ends: null })),
        indexes: relation.indexes.map((index) => ({ ...index, scans: null, lastScan: null })),
      }));
    expect(withoutEnds(least)).toEqual(withoutEnds(full));
    expect(least.catalog.statisticsObjects).toEqual(full.catalog.statisticsObjects);
    expect(least.catalog.relations.flatMap((relation) => relation.columns).every((column) => column.ends === null)).toBe(true);
  });

  test("where the role may only SELECT, pg_stats serves all but what row security guards", async () => {
    const snapshot = await collect("x_readall");
    expect(statisticsOf(snapshot, "items")).toEqual([true, true, true]);
  });

  test("the view and the catalog give the same statistics", async () => {
    const [raw, view] = [await collect("postgres"), await collect("x_member")];
    const items = (snapshot: Snapshot) => {
      const found = snapshot.catalog.relations.find((each) => each.name === "items")!;
      return { columns: found.columns.map((column) => column.statistics), keys: found.indexes.map((index) => index.keys) };
    };
    expect(items(view)).toEqual(items(raw));
  });

  test.skipIf(!postgres?.hasStatements)("statements are merged, counted, ordered by time and free of our own", async () => {
    const snapshot = await collect("x_advisor");
    const texts = snapshot.statements.map((each) => each.sql);
    expect(texts.filter((sql) => sql.includes("plansmith"))).toEqual([]);
    expect(texts.filter((sql) => /^\s*(create|insert into items|begin|set)\b/i.test(sql))).toEqual([
      expect.stringMatching(/^insert into items/),
    ]);
    const lookup = snapshot.statements.filter((each) => each.sql === "select note from items where id = $1");
    expect(lookup).toMatchObject([{ calls: 5, rows: 5, queryId: expect.stringMatching(/^-?\d+$/), place: null }]);
    // Jensen: the mean of squares is never below the square of the mean.
    for (const { calls, totalExecTimeMs, squaresMs2 } of snapshot.statements)
      expect(squaresMs2! * calls * (1 + 1e-9)).toBeGreaterThanOrEqual(totalExecTimeMs ** 2);
    const times = snapshot.statements.map((each) => each.totalExecTimeMs);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(String(lookup[0]!.countingSince)).toMatch(server.major >= 14 ? /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ : /^null$/);
  });

  test.skipIf(!postgres?.hasStatements)("statements of another database, or hidden from the role, are not shown", async () => {
    expect((await collect("x_advisor")).statements.some((each) => each.sql.includes("other_database"))).toBe(false);
    const own = await collect("x_plain");
    expect(own.statements).toEqual([]);
    expect(own.gaps).toContainEqual(expect.objectContaining({ area: "statements", remedy: "GRANT pg_read_all_stats TO x_plain;" }));
  });

  test.skipIf(!postgres?.hasStatements)("--top and --min-calls bound the list, and what was cut off is said", async () => {
    const top = await collect("x_advisor", { top: 1 });
    expect(top.statements).toHaveLength(1);
    expect(top.gaps).toContainEqual(
      expect.objectContaining({ remedy: "Raise --top.", what: expect.stringMatching(/^\d+ cheaper statements/) }),
    );
    expect((await collect("x_advisor", { minCalls: 5 })).statements.map((each) => each.sql)).toEqual([
      "select note from items where id = $1",
    ]);
  });

  test.skipIf(!postgres?.hasStatements)("every layout of pg_stat_statements is read, in whatever schema it lies", async () => {
    await server.run("postgres", "create database layouts");
    const client = new pg.Client({ connectionString: server.url("layouts") });
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      "select version from pg_available_extension_versions where name = 'pg_stat_statements'",
    );
    await client.query('create schema "Odd ""one"');
    await client.query("create table t (id int)");
    const installed: string[] = [];
    for (const { version } of rows) {
      await client.query(`create extension pg_stat_statements schema "Odd ""one" version '${version}'`);
      await client.query("select id from t where id = 1");
      const snapshot = await collect("x_monitor", {}, "layouts");
      expect(snapshot.gaps.filter((gap) => gap.area === "statements" && gap.what.includes("pg_stat_statements"))).toHaveLength(1);
      await client.query('grant usage on schema "Odd ""one" to x_monitor');
      const read = (await collect("x_monitor", {}, "layouts")).statements.find((each) => each.sql.startsWith("select id from t"));
      expect(read).toMatchObject({ calls: expect.any(Number), totalExecTimeMs: expect.any(Number), sharedBlocksHit: expect.any(Number) });
      await client.query('revoke usage on schema "Odd ""one" from x_monitor; drop extension pg_stat_statements');
      installed.push(version);
    }
    await client.end();
    expect(installed.length).toBeGreaterThan(3);
  });

  test("a locked table costs its own size and nothing else", async () => {
    const locker = new pg.Client({ connectionString: server.url("shop") });
    await locker.connect();
    try {
      await locker.query("begin; lock table locked in access exclusive mode");
      const snapshot = await collect("postgres");
      expect(snapshot.gaps).toContainEqual(expect.objectContaining({ area: "sizes", why: expect.stringContaining("ACCESS EXCLUSIVE") }));
      expect(snapshot.catalog.relations.find((each) => each.name === "items")!.currentPages).toBeGreaterThan(10);
      expect(statisticsOf(snapshot, "locked")).toEqual([true]);
    } finally {
      await locker.end();
    }
  });

  test("a catalog that the role may not read ends the reading with what to do", async () => {
    await server.run("shop", "revoke select on pg_constraint from public");
    await expect(collect("x_plain")).rejects.toMatchObject({ code: "PERMISSION_DENIED", hint: "Run: plansmith doctor <url>" });
    await server.run("shop", "grant select on pg_constraint to public");
  });

  test("ends that take too long are given up after a second, and the rest is read", async () => {
    await server.run("shop", "create table slow (id int primary key)", "insert into slow select generate_series(1, 1000)", "analyze slow");
    const session = await connectReadOnly({ url: server.url("shop"), statementTimeoutMs: 10_000, lockTimeoutMs: 300, env: {} });
    const slowed = {
      ...session,
      query: <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
        session.query<Row>(sql.includes("order by") && sql.includes("limit 1)") ? `select pg_sleep(5), ${sql.slice(7)}` : sql, parameters),
    };
    const snapshot = await liveSource(slowed, { ...reading, origin: "demo" }).read({});
    const [timeout] = await session.query<{ timeout: string }>("select current_setting('statement_timeout') as timeout");
    await session.close();
    // The session's own timeout is 10 s and the query sleeps 5: only the limit on ends can have cancelled it.
    expect(snapshot.gaps).toContainEqual(expect.objectContaining({ area: "ends", why: expect.stringContaining("57014") }));
    expect(snapshot.catalog.statisticsObjects).toHaveLength(1);
    expect(timeout!.timeout).toBe("10s");
    await server.run("shop", "drop table slow");
  });

  test("a lost connection is an error, not a snapshot full of gaps", async () => {
    const session = await connectReadOnly({ url: server.url("shop"), statementTimeoutMs: 10_000, lockTimeoutMs: 300, env: {} });
    const [row] = await session.query<{ pid: number }>("select pg_backend_pid() as pid");
    const terminating = {
      ...session,
      async query<Row extends object>(sql: string, parameters?: readonly unknown[]) {
        if (sql.includes("from pg_constraint")) await server.run("postgres", `select pg_terminate_backend(${row!.pid})`);
        return session.query<Row>(sql, parameters);
      },
    };
    await expect(liveSource(terminating, reading).read({})).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    await session.close();
  });

  test("a database without tables is read, and the gap says so", async () => {
    const snapshot = await collect("postgres", {}, "template1");
    expect(snapshot.catalog.relations).toEqual([]);
    expect(snapshot.gaps).toContainEqual(
      expect.objectContaining({ area: "catalog", what: expect.stringContaining('"template1" has none') }),
    );
  });
});

const roles = [
  "create role app_owner login",
  ...["x_plain", "x_monitor", "x_readall", "x_member", "x_advisor"].map((role) => `create role ${role} login`),
  "grant pg_monitor to x_monitor, x_readall, x_advisor",
  "grant app_owner to x_member",
  "alter database shop owner to app_owner",
];
const schema = [
  ...(postgres?.hasStatements ? ["create extension pg_stat_statements", "select pg_stat_statements_reset()"] : []),
  "grant create on schema public to app_owner",
  "grant select on pg_statistic, pg_statistic_ext_data to x_advisor",
  "set role app_owner",
  "create table items (id int primary key, note text, seen int)",
  "insert into items select i, 'n' || i % 10, i % 100 from generate_series(1, 20000) i",
  "create index on items (lower(note), seen)",
  "create statistics items_ext (mcv, ndistinct, dependencies) on note, seen from items",
  "create table guarded (id int, owner text)",
  "insert into guarded select i, 'o' || i % 10 from generate_series(1, 1000) i",
  "alter table guarded enable row level security",
  "create policy own on guarded using (id < 10)",
  "create table locked (id int)",
  "insert into locked select generate_series(1, 1000)",
  "analyze",
  ...[1, 2, 3, 4].map((id) => `select note from items where id = ${id}`),
  "reset role",
  "select note from items where id = 5",
  "select count(*) from items",
  "grant select on items, guarded to x_readall",
];
