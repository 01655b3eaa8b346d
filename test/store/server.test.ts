import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../../src/contract/store.ts";
import { openStore, readStore } from "../../src/wire-store.ts";
import { literalReport } from "../render/literal-report.ts";
import { type NativePostgres, nativePostgres } from "../support/native-postgres.ts";

const server: NativePostgres | null = await nativePostgres();
const hasVectors = server !== null && (await offersVectors(server));
afterAll(() => server?.stop());

async function offersVectors(own: NativePostgres): Promise<boolean> {
  const { rows } = await query(own.url("postgres"), "select 1 from pg_available_extensions where name = 'vector'");
  return rows.length > 0;
}

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

describe.skipIf(server === null)("a store on a server without pgvector's rights", () => {
  beforeAll(() => server?.run("postgres", "create database bare", "create role guest login"));

  test("has none for who only reads, and makes nothing", async () => {
    expect(await readStore({ place: server!.url("bare") })).toBeNull();
    expect((await query(server!.url("bare"), "select 1 from pg_namespace where nspname = 'plansmith'")).rows).toEqual([]);
  });

  test("tells a role that may not make the extension what to do", async () => {
    await expect(openStore({ place: server!.url("bare", "guest") })).rejects.toMatchObject({
      code: expect.stringMatching(/PERMISSION_DENIED|EXTENSION_MISSING/),
      hint: expect.stringContaining("CREATE EXTENSION vector"),
    });
  });
});

describe.skipIf(!hasVectors)("a store on a server with pgvector", () => {
  const space = { model: "made-up", dimensions: 3 };
  const vectors = (seed: number) => ({
    space,
    of: new Map(literalReport.families.map(({ id }, at) => [id, Float32Array.of(seed, at + 1, 1)] as const)),
  });
  let place: string;
  beforeAll(async () => {
    await server!.run("postgres", "create database kept", "create role clerk login", "grant connect on database kept to clerk");
    place = server!.url("kept");
  });

  test("is made once by four runs that begin at the same time, and keeps the reports of all", async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore({ place })));
    const keep = (store: Store, at: number) => store.saveReport({ target: "shop", report: literalReport, vectors: vectors(at) });
    const ids = await Promise.all(stores.map(keep));
    expect(new Set(ids).size).toBe(4);
    expect(await stores[0]!.listReports({ limit: 10 })).toHaveLength(4);
    for (const store of stores) await store.close();
  });

  test("finds neighbours through the index that the first search makes, two at once", async () => {
    const stores = await Promise.all([openStore({ place }), openStore({ place })]);
    const near = (store: Store) => store.nearest(space, Float32Array.of(0, 1, 0), { kind: "statement", limit: 2 });
    const [a, b] = await Promise.all(stores.map(near));
    expect(a).toHaveLength(2);
    expect(b).toEqual(a);
    for (const store of stores) await store.close();
    const { rows } = await query(place, "select 1 from pg_indexes where schemaname = 'plansmith' and indexdef like '%hnsw%'");
    expect(rows).toHaveLength(1);
  });

  test("is read by a role that may only read, without the index as with it", async () => {
    await server!.run("kept", "grant usage on schema plansmith to clerk", "grant select on all tables in schema plansmith to clerk");
    const read = async () => {
      const store = await readStore({ place: server!.url("kept", "clerk") });
      try {
        return await store!.nearest(space, Float32Array.of(0, 1, 0), { kind: "statement", limit: 2 });
      } finally {
        await store?.close();
      }
    };
    const withIndex = await read();
    const { rows } = await query(place, "select indexname from pg_indexes where schemaname = 'plansmith' and indexdef like '%hnsw%'");
    await server!.run("kept", `drop index plansmith.${String(rows[0]?.indexname)}`);
    expect(await read()).toEqual(withIndex);
  });

  test("of a newer release is refused and left as it is", async () => {
    await server!.run("kept", "update plansmith.version set version = 999");
    for (const open of [openStore, readStore])
      await expect(open({ place })).rejects.toMatchObject({ code: "STORE_INCOMPATIBLE", message: expect.stringContaining("999") });
    expect((await query(place, "select count(*)::int as count from plansmith.report")).rows).toEqual([{ count: 4 }]);
  });
});
