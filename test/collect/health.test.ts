import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type LiveOptions, liveSource } from "../../src/collect/live-source.ts";
import { snapshotSchema } from "../../src/collect/snapshot-schema.ts";
import { connectReadOnly } from "../../src/connect/connect.ts";
import type { Health } from "../../src/domain/health.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";
import { reading } from "./reading.ts";

const postgres: NativePostgres | null = await nativePostgres();
const options: LiveOptions = { ...reading, readEnds: false };

describe.skipIf(!postgres)(`health of a native PostgreSQL (${postgres ? postgres.major : noNativePostgres})`, () => {
  const server = postgres!;
  let whole: Snapshot;
  let health: Health;

  const collect = async (user: string) => {
    const session = await connectReadOnly({ url: server.url("health", user), statementTimeoutMs: 10_000, lockTimeoutMs: 300, env: {} });
    try {
      return await liveSource(session, options).read({});
    } finally {
      await session.close();
    }
  };

  beforeAll(async () => {
    await server.run(
      "postgres",
      "create database health",
      "create role h_plain login",
      "create role h_audit login",
      "grant pg_monitor to h_audit",
    );
    if (server.hasStatements) await server.run("health", "create extension pg_stat_statements");
    await server.run(
      "health",
      "create table by_serial (id serial primary key, note text)",
      "create table by_identity (id int generated always as identity primary key)",
      "create sequence plain as smallint",
      "create table by_default (id bigint primary key default nextval('plain'))",
      "insert into by_serial (note) select repeat('x', 10) from generate_series(1, 50)",
      "select setval('plain', 32000)",
      "update by_serial set note = 'y'",
      "vacuum analyze by_serial",
      "create publication everything for table by_identity",
      "listen news",
      "listen other",
      "set work_mem = '8MB'",
      "set application_name = 'kept by poolers'",
      "set local work_mem = '8MB'",
      "create temporary table scratch (id int)",
      "create temporary table short_lived (id int) on commit drop",
      "select pg_advisory_lock(1)",
      "select pg_advisory_xact_lock(2)",
      // Before 15 a process gathers the counters, twice a second.
      ...(server.major >= 15 ? [] : ["select pg_sleep(1.2)"]),
    );
    whole = await collect("postgres");
    health = whole.health!;
  });
  afterAll(() => server.stop());

  test("every part is read, as the schema of saved snapshots has it", () => {
    const missing = Object.entries(health).filter(
      ([part, value]) => value === null && part !== "sessionCommands" && !(part === "wal" && server.major < 14),
    );
    expect(missing).toEqual([]);
    expect(snapshotSchema.parse(whole)).toEqual(whole);
  });

  test("sequences are read with their last value and the column they fill, by whichever tie", () => {
    const found = Object.fromEntries(
      health.sequences!.map((each) => [each.name, [each.type, each.lastValue, each.owner?.name, each.owner?.column]]),
    );
    expect(found).toEqual({
      by_serial_id_seq: ["integer", "50", "by_serial", "id"],
      by_identity_id_seq: ["integer", null, "by_identity", "id"],
      plain: ["smallint", "32000", "by_default", "id"],
    });
  });

  test("maintenance tells ages, vacuums, replica identity and publication of each table", () => {
    const of = (name: string) => health.maintenance!.find((each) => each.name === name)!;
    expect(of("by_serial")).toMatchObject({ vacuums: 1, analyzes: 1, replicaIdentity: "default", published: false });
    expect(of("by_serial").frozenXidAge).toBeLessThan(1000);
    expect(of("by_identity").published).toBe(true);
    expect(of("by_serial").updatesToNewPage === null).toBe(server.major < 16);
  });

  test("settings carry their unit, and none that may hold a secret is read", () => {
    expect(health.settings!.find((each) => each.name === "work_mem")).toMatchObject({ value: "4096", unit: "kB" });
    const secret = /archive_command|conninfo|ssl|password|restore_command|cleanup_command/;
    expect(health.settings!.filter((each) => secret.test(each.name))).toEqual([]);
  });

  test.skipIf(!server?.hasStatements)(
    "commands that change a session are counted by kind; what poolers keep and transactions end is not",
    () => {
      expect(health.sessionCommands).toEqual([
        { kind: "advisory-lock", calls: 1 },
        { kind: "listen", calls: 2 },
        { kind: "set-session", calls: 1 },
        { kind: "temporary-table", calls: 1 },
      ]);
    },
  );

  test("an auditor with pg_monitor sees sessions; last values of sequences want a grant, which the gap names", async () => {
    const audited = await collect("h_audit");
    expect(audited.health!.sessions).not.toBeNull();
    expect(audited.health!.sequences!.every((each) => each.lastValue === null)).toBe(true);
    expect(audited.gaps.map((gap) => gap.remedy)).toContain('GRANT SELECT ON ALL SEQUENCES IN SCHEMA "public" TO "h_audit";');
  });

  test("a bare login that cannot see others' sessions gets none, and a gap", async () => {
    const other = await connectReadOnly({ url: server.url("health", "postgres"), statementTimeoutMs: 10_000, lockTimeoutMs: 300, env: {} });
    try {
      const seen = await collect("h_plain");
      expect(seen.health!.sessions).toBeNull();
      expect(seen.gaps.map((gap) => gap.remedy)).toContain('GRANT pg_read_all_stats TO "h_plain";');
    } finally {
      await other.close();
    }
  });

  test("a running vacuum is read with its table and whose it is; a bare login reads none, and a gap says so", async () => {
    const client = new pg.Client({ connectionString: server.url("health") });
    await client.connect();
    await client.query(
      "set vacuum_cost_delay = 100; set vacuum_cost_limit = 1; create table slow as select i from generate_series(1, 20000) i",
    );
    const vacuum = client.query("vacuum slow").catch(() => undefined);
    try {
      await vi.waitFor(async () => expect((await collect("h_audit")).health!.vacuum!.running.map((each) => each.name)).toEqual(["slow"]), {
        timeout: 60_000,
        interval: 200,
      });
      const { vacuum: seen } = (await collect("h_audit")).health!;
      expect(seen!.running[0]).toMatchObject({ schema: "public", automatic: false, phase: "scanning heap", indexPasses: 0 });
      const plain = await collect("h_plain");
      expect(plain.health!.vacuum).toBeNull();
      expect(plain.gaps.map((gap) => gap.what)).toContain("autovacuum's workers and running vacuums");
    } finally {
      await server.run("health", "select pg_cancel_backend(pid) from pg_stat_progress_vacuum");
      await vacuum;
      await client.end();
    }
  });

  test("a snapshot saved before vacuums were read loads with none known", () => {
    const { vacuum: _vacuum, ...older } = health;
    expect(snapshotSchema.parse({ ...whole, health: older }).health!.vacuum).toBeNull();
  });

  test("a snapshot saved before there was health still loads", () => {
    const { health: _health, ...older } = whole;
    expect(snapshotSchema.parse(older)).toEqual(older);
  });
});
