import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectForWriting } from "../../src/connect/connect.ts";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import { sampledHeap, statedHeap } from "../../src/copy/measure-heap.ts";
import { measureSize, sizeMeter } from "../../src/copy/measure-size.ts";
import type { Trial } from "../../src/rule/tuning-rule.ts";
import { proveSize } from "../../src/tune/prove-size.ts";
import type { Questions } from "../../src/tune/replan.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const server = await nativePostgres();
const limits = { timeoutMs: 60_000, enoughMs: 60_000 };
const orders = { schema: "public", name: "orders" };
const index = { schema: "public", name: "orders_customer" };

describe.skipIf(server === null)(`sizes on a native PostgreSQL (${server === null ? noNativePostgres : server.major})`, () => {
  const native = server as NativePostgres;
  let client: pg.Client;
  let session: SqlSession;

  beforeAll(async () => {
    await native.run(
      "postgres",
      "create table orders (id bigint primary key, customer integer not null, note text) with (autovacuum_enabled = off)",
      "insert into orders select i, i * 7919 % 100003, repeat('x', 60) from generate_series(1, 200000) i",
      "create index orders_customer on orders (customer)",
      // Three rows of four go, on every page and leaf alike.
      "delete from orders where id % 4 <> 0",
      "vacuum analyze orders",
      "create table restored (like orders including all)",
      "insert into restored select * from orders",
      "analyze restored",
      // What its rows take when they are written anew, by PostgreSQL itself.
      "create table anew as select * from orders",
      "create index anew_customer on anew (customer)",
    );
    client = new pg.Client({ connectionString: native.url() });
    await client.connect();
    session = await connectForWriting({ url: native.url(), statementTimeoutMs: 60_000, lockTimeoutMs: 2_000 });
  });
  afterAll(async () => {
    await session?.close();
    await client?.end();
    await native.stop();
  });

  const size = async (name: string): Promise<number> => Number((await client.query("select pg_relation_size($1) as n", [name])).rows[0].n);
  const objects = async (): Promise<string[]> =>
    (await client.query("select relname::text as n from pg_class union all select extname from pg_extension order by 1")).rows.map(
      (row) => row.n,
    );
  const trial = async (of: "orders" | "orders_customer", more: object = {}): Promise<Extract<Trial, { kind: "size" }>> => ({
    kind: "size",
    relation: orders,
    index: of === "orders" ? null : index,
    bytes: await size(of),
    rows: 50_000,
    neededBytes: (await size(of)) / 4,
    leastShare: 0.4,
    leastBytes: 0,
    formula: "reckoned",
    ...more,
  });
  const copyOf = (target = orders, ownIndex = index): Questions =>
    ({
      stop: () => {},
      copySize: ({ index: asked }: { index: unknown }) =>
        measureSize(session, { relation: target, index: asked === null ? null : ownIndex }, limits),
    }) as unknown as Questions;

  test("the rows are written anew and rolled back: as large as PostgreSQL writes them", async () => {
    const before = await objects();
    const found = await measureSize(session, { relation: orders, index: null }, limits);
    expect(found).toMatchObject({ kind: "measured", copyBytes: await size("orders"), copyRows: 50_000, neededBytes: await size("anew") });
    expect(await objects()).toEqual(before);
  });

  test("where large values make that too dear, pgstattuple, made and rolled back, comes within a sixth of it for rows of 70 bytes", async () => {
    const before = await objects();
    const wide = { bytes: 1, pages: (await size("orders")) / 8192, toastBytes: 1e12, fillfactor: 100, definition: "" };
    expect(await sampledHeap(session, orders, wide)).toMatchObject({ kind: "unknown" });
    await session.query("begin");
    const found = await statedHeap(session, orders, wide);
    await session.query("rollback");
    if (found.kind !== "measured") throw new Error(found.why);
    expect(found.how).toContain("pgstattuple_approx");
    expect(found.copyRows).toBe(50_000);
    expect(found.neededBytes / (await size("anew"))).toBeGreaterThan(0.95);
    expect(found.neededBytes / (await size("anew"))).toBeLessThan(1.17);
    expect(await objects()).toEqual(before);
  });

  test("a part of the blocks tells the same within 10 %", async () => {
    await session.query("begin");
    // As if it were four times what is read at most.
    const found = await sampledHeap(session, orders, { bytes: 1, pages: 8192 * 4, toastBytes: 0, fillfactor: 100, definition: "" });
    await session.query("rollback");
    if (found.kind !== "measured") throw new Error(found.why);
    expect(found.neededBytes / (await size("anew"))).toBeGreaterThan(0.9);
    expect(found.neededBytes / (await size("anew"))).toBeLessThan(1.1);
  });

  test("an index is built once more, to its true size, and is gone afterwards", async () => {
    const before = await objects();
    const found = await measureSize(session, { relation: orders, index }, limits);
    expect(found).toMatchObject({ kind: "measured", neededBytes: await size("anew_customer"), copyRows: 50_000, how: "built once more" });
    expect(await objects()).toEqual(before);
  });

  test("a bloated copy like production proves the bloat, and says that it is a physical copy", async () => {
    const heap = await proveSize(await trial("orders"), copyOf());
    expect(heap).toMatchObject({ kind: "proved", proof: { kind: "measured" } });
    expect(JSON.stringify(heap)).toContain("so a physical copy");
    const btree = await proveSize(await trial("orders_customer", { leastShare: 0.5 }), copyOf());
    expect(JSON.stringify(btree)).toContain("Written anew, its entries take");
  });

  test("a restored dump proves it too: the same rows take less there", async () => {
    const verdict = await proveSize(await trial("orders"), copyOf({ schema: "public", name: "restored" }));
    expect(verdict).toMatchObject({ kind: "proved", proof: { kind: "measured" } });
    expect(JSON.stringify(verdict)).toContain("as after a restored dump");
  });

  test("an estimate that the copy does not bear out is refused, with both figures", async () => {
    const full = await trial("orders", { bytes: await size("anew"), neededBytes: (await size("anew")) / 4 });
    const verdict = await proveSize(full, copyOf());
    if (verdict.kind !== "refused") throw new Error(JSON.stringify(verdict));
    expect(verdict.reason).toMatch(/to be won, not the 75 % estimated\.$/);
  });

  test("where the copy cannot tell, the estimate stands as what it is, and the reason is said", async () => {
    const formula = async (more: object, questions: Questions) => {
      const verdict = await proveSize(await trial("orders", more), questions);
      return verdict.kind === "proved" && verdict.proof.kind === "arithmetic" ? verdict.proof.formula : JSON.stringify(verdict);
    };
    expect(await formula({}, { stop: () => {} } as unknown as Questions)).toBe("reckoned");
    expect(await formula({}, copyOf({ schema: "public", name: "nowhere" }))).toBe(
      "reckoned; not measured on the copy: it has no table of that name",
    );
    expect(await formula({ rows: 5_000_000 }, copyOf())).toContain("the copy has 50,000 rows where production has about 5,000,000");
  });

  test("a refusal of the copy is a reason, and its session works on", async () => {
    await client.query("begin; lock table orders in access exclusive mode");
    const found = await measureSize(session, { relation: orders, index }, { timeoutMs: 300, enoughMs: 1000 });
    await client.query("rollback");
    expect(found).toMatchObject({ kind: "unknown" });
    expect(JSON.stringify(found)).toMatch(/SQLSTATE (57014|55P03)/);
    expect((await measureSize(session, { relation: orders, index }, limits)).kind).toBe("measured");
  });

  test("when the time for all of them is used up, no more is asked", async () => {
    const sizeOf = sizeMeter(session, { timeoutMs: 60_000, enoughMs: 0 });
    expect(await sizeOf({ relation: orders, index: null })).toMatchObject({ kind: "unknown" });
  });
});
