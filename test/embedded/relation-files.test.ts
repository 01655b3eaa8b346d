import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await bootEmbedded();
  await database.run("create table orders(id bigint primary key, note text) with (autovacuum_enabled = off)");
});
afterAll(() => database.close());

const path = async (name: string) => String(await database.scalar(`select pg_relation_filepath('${name}')`));
const blocks = (name: string) => database.scalar(`select (pg_relation_size('${name}') / 8192)::int`);

test("the planner sees the claimed length, which takes no memory", async () => {
  await database.run("update pg_class set reltuples = 1e8, relpages = 900000 where relname = 'orders'");
  const before = process.memoryUsage().rss;
  database.files.setPages(await path("orders"), 900_000);
  expect(await blocks("orders")).toBe(900_000);
  expect(database.files.pages(await path("orders"))).toBe(900_000);
  const plan = (await database.scalar("explain (format json) select * from orders")) as [
    { Plan: { "Plan Rows": number; "Total Cost": number } },
  ];
  expect(plan[0].Plan["Plan Rows"]).toBe(1e8);
  expect(plan[0].Plan["Total Cost"]).toBe(900_000 + 1e8 * 0.01);
  expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
});

test("a length over segments shrinks once the server has closed its files", async () => {
  database.files.setPages(await path("orders"), 10);
  await database.run("update pg_class set relpages = 10 where relname = 'orders'");
  expect(await blocks("orders")).toBe(10);
  expect(database.files.pages(await path("orders"))).toBe(10);
  await database.scalar("explain select * from orders");
});

test("pages never written read as empty, not as another relation's page", async () => {
  await database.run("create table noise as select i, repeat('x', 300) from generate_series(1, 20000) i; select count(*) from noise");
  database.files.setPages(await path("orders"), 4000);
  expect(await database.scalar("select count(*)::int from orders")).toBe(0);
  expect(await database.scalar("select count(*)::int from noise")).toBe(20_000);
});

test("pages are read and written whole; a longer claim survives a write", async () => {
  const index = await path("orders_pkey");
  const meta = database.files.readPage(index, 0);
  expect(meta?.length).toBe(8192);
  expect(database.files.readPage(index, 5000)).toBeNull();
  database.files.setPages(index, 100);
  const copy = new Uint8Array(2 * 8192);
  copy.set(meta!);
  copy[8192 + 17] = 9;
  database.files.writePages(index, copy);
  expect(database.files.pages(index)).toBe(100);
  expect(database.files.readPage(index, 1)?.[17]).toBe(9);
  expect(database.files.readPage(index, 99)?.every((byte) => byte === 0)).toBe(true);
  expect(database.files.readPage(index, 0)).toEqual(meta);
});

test("a fractional length is rounded, because PostgreSQL would spin on it", async () => {
  database.files.setPages(await path("orders"), 1207.04);
  expect(await blocks("orders")).toBe(1207);
});

test("a file without its zeros reads as before, and as written once the server writes to it", async () => {
  await database.run("create table parts(id int, note text) with (autovacuum_enabled = off); insert into parts values (1, 'one')");
  await database.run("create index parts_id on parts (id); checkpoint");
  const heap = await path("parts");
  const index = await path("parts_id");
  const pages = [0, 1].map((block) => database.files.readPage(index, block));
  database.files.setPages(heap, 1);
  database.files.setPages(index, 5);
  expect([0, 1].map((block) => database.files.readPage(index, block))).toEqual(pages);
  expect(database.files.readPage(index, 3)).toEqual(new Uint8Array(8192));
  database.files.setPages(index, 2);
  await database.run("set enable_seqscan = off; insert into parts select i, 'more' from generate_series(2, 900) i; checkpoint");
  expect(await database.scalar("select note from parts where id = 1")).toBe("one");
  expect(await database.scalar("select count(*)::int from parts where id between 1 and 900")).toBe(900);
  await database.run("delete from parts where id > 1");
  await database.run("vacuum parts");
  expect(await database.scalar("select note from parts where id = 1")).toBe("one");
  await database.run("reset enable_seqscan");
});

test("any contents are read back from a file without its zeros", () => {
  const name = "base/packed";
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.nat(3 * 8192 - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }) }), { maxLength: 12 }),
      (writes) => {
        const bytes = new Uint8Array(3 * 8192);
        for (const write of writes) bytes.set(write.bytes.subarray(0, bytes.length - write.at), write.at);
        database.files.setPages(name, 0);
        database.files.writePages(name, bytes);
        database.files.setPages(name, 4);
        const read = [0, 1, 2].flatMap((block) => [...database.files.readPage(name, block)!]);
        expect(Buffer.from(read).equals(Buffer.from(bytes))).toBe(true);
        // What is written over packed contents keeps the rest.
        database.files.writePages(name, bytes.subarray(0, 8192));
        expect(Buffer.from(database.files.readPage(name, 2)!).equals(Buffer.from(bytes.subarray(2 * 8192)))).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
