import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Check, examine } from "../../src/collect/doctor.ts";
import { connectReadOnly } from "../../src/connect/connect.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const find = (checks: readonly Check[], name: string) => checks.find((check) => check.name === name)!;

test("on the embedded PostgreSQL every check has a name of its own and words for what was found", async () => {
  const database = await bootEmbedded();
  try {
    const checks = await examine(database.session);
    expect(new Set(checks.map((check) => check.name)).size).toBe(checks.length);
    expect(checks.every((check) => check.found !== "")).toBe(true);
    expect(find(checks, "role").ok).toBe("partly");
    expect(find(checks, "workload (pg_stat_statements)")).toMatchObject({
      ok: false,
      remedy: expect.stringContaining("CREATE EXTENSION pg_stat_statements;"),
    });
  } finally {
    await database.close();
  }
});

const postgres: NativePostgres | null = await nativePostgres();
describe.skipIf(!postgres)(`on a native PostgreSQL (${postgres ? postgres.major : noNativePostgres})`, () => {
  const server = postgres!;
  beforeAll(async () => {
    await server.run("postgres", 'create role "Odd Name" login', "create role advisor login", "create database shop");
    await server.run(
      "shop",
      "create table t (id int, note text)",
      "insert into t select i, 'n' from generate_series(1, 5000) i",
      "create statistics t_s on id, note from t",
    );
  });
  afterAll(() => server.stop());
  const checksOf = async (role: string) => {
    const session = await connectReadOnly({ url: server.url("shop", role), statementTimeoutMs: 5000, lockTimeoutMs: 500, env: {} });
    try {
      return await examine(session);
    } finally {
      await session.close();
    }
  };

  test("each grant that a bare role lacks is printed, quoted, and running them all makes the checks pass", async () => {
    const before = await checksOf("Odd Name");
    expect(find(before, "column statistics")).toMatchObject({ ok: false, remedy: 'GRANT SELECT ON pg_statistic TO "Odd Name";' });
    expect(find(before, "extended statistics")).toMatchObject({
      ok: "partly",
      remedy: 'GRANT SELECT ON pg_statistic_ext_data TO "Odd Name";',
    });
    const grants = before.flatMap((check) => (check.remedy?.startsWith("GRANT") ? [check.remedy] : []));
    expect(grants).toHaveLength(3);
    await server.run("shop", ...grants);
    const after = await checksOf("Odd Name");
    for (const name of ["role", "statements and counters of all roles", "column statistics", "extended statistics"])
      expect(find(after, name).ok).toBe(true);
  });

  test("the role that doctor tells a superuser to make passes", async () => {
    const { remedy } = find(await checksOf("postgres"), "role");
    await server.run("shop", ...remedy!.split(";").filter((statement) => statement.trim() !== ""));
    expect((await checksOf("plansmith")).filter((check) => check.remedy?.includes("GRANT"))).toEqual([]);
  });

  test("a table never analysed is named with its ANALYZE, and passes after it", async () => {
    // Before PostgreSQL 15 counters travel through a collector process and arrive later.
    const tables = async () => find(await checksOf("advisor"), "analysed tables");
    await expect.poll(tables, { timeout: 60_000 }).toMatchObject({ ok: "partly", remedy: "ANALYZE public.t;" });
    await server.run("shop", "analyze t");
    await expect.poll(tables, { timeout: 60_000 }).toMatchObject({ ok: true, found: "1 of 1" });
  });

  test.skipIf(!postgres?.hasStatements)("pg_stat_statements is told apart: not installed, installed, not recording", async () => {
    const name = "workload (pg_stat_statements)";
    const missing = find(await checksOf("advisor"), name);
    expect(missing).toMatchObject({ ok: false, remedy: "CREATE EXTENSION pg_stat_statements;" });
    await server.run("shop", "create extension pg_stat_statements", "select count(*) from t");
    expect(find(await checksOf("advisor"), name)).toMatchObject({
      ok: true,
      found: expect.stringMatching(/^version 1\.\d+, \d+ statements/),
    });
    await server.run("shop", "alter role advisor set pg_stat_statements.track = none");
    expect(find(await checksOf("advisor"), name)).toMatchObject({ ok: "partly", missing: "statements: recording is off" });
    await server.run("shop", "revoke select on pg_stat_statements from public");
    expect(find(await checksOf("advisor"), name)).toMatchObject({ ok: false, remedy: expect.stringContaining("GRANT SELECT ON") });
  });
});

const unloaded: NativePostgres | null = await nativePostgres({ shared_preload_libraries: "", track_counts: "off", autovacuum: "off" });
afterAll(() => unloaded?.stop());
describe.skipIf(!unloaded?.hasStatements)("on a server that has not loaded pg_stat_statements and counts nothing", () => {
  test("doctor says how to load it and to count", async () => {
    await unloaded!.run("postgres", "create extension pg_stat_statements");
    const session = await connectReadOnly({ url: unloaded!.url(), statementTimeoutMs: 5000, lockTimeoutMs: 500, env: {} });
    const checks = await examine(session);
    await session.close();
    expect(find(checks, "workload (pg_stat_statements)")).toMatchObject({
      ok: false,
      remedy: expect.stringContaining("shared_preload_libraries"),
    });
    expect(find(checks, "scans and writes of tables and indexes")).toMatchObject({
      ok: "partly",
      remedy: expect.stringContaining("track_counts = on"),
    });
    expect(find(checks, "analysed tables").found).toContain("autovacuum is off");
  });
});
