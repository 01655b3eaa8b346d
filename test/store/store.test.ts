import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store, StoredDocument, VectorSpace } from "../../src/contract/store.ts";
import type { Report } from "../../src/domain/report.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { openEmbeddedStore } from "../../src/store/embedded-store.ts";
import { openServerStore } from "../../src/store/server-store.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-store-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const space: VectorSpace = { model: "made-up", dimensions: 8 };
/** Only what a store may ask of a report. */
const report = (generatedAt: string) => ({ schemaVersion: 1, generatedAt, families: [], recommendations: [] }) as unknown as Report;
const document = (id: string, title: string, vector: Float32Array | null, kind: StoredDocument["kind"] = "statement"): StoredDocument => ({
  id,
  kind,
  title,
  body: `${title} body`,
  details: { id },
  reportId: null,
  vector,
});

/** The same numbers on every run, on the unit sphere. */
function unitVector(seed: number): Float32Array {
  const raw = Float32Array.from({ length: space.dimensions }, (_, at) => (Math.sin(seed * 12.9898 + at * 78.233) * 43758.5453) % 1);
  const norm = Math.hypot(...raw);
  return raw.map((value) => value / norm);
}
const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);

const kinds: [name: string, open: () => Promise<Store>][] = [
  ["embedded", () => openEmbeddedStore({ directory: join(folder, "conformance") })],
  [
    "on a server",
    async () => {
      const database = await bootEmbedded();
      database.provideExtension("vector");
      return openServerStore(database.session, "a server");
    },
  ],
];

describe.each(kinds)("store %s", (_, open) => {
  let store: Store;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  test("gives reports back as they were saved, newest first, by target", async () => {
    const first = await store.saveReport({ target: "shop", report: report("2026-11-01T00:00:00.000Z") });
    const other = await store.saveReport({ target: "crm", report: report("2026-11-02T00:00:00.000Z") });
    const last = await store.saveReport({ target: "shop", report: report("2026-11-03T00:00:00.000Z") });
    expect(await store.listReports({ limit: 10 })).toEqual([
      { id: last, target: "shop", generatedAt: "2026-11-03T00:00:00.000Z" },
      { id: other, target: "crm", generatedAt: "2026-11-02T00:00:00.000Z" },
      { id: first, target: "shop", generatedAt: "2026-11-01T00:00:00.000Z" },
    ]);
    expect((await store.listReports({ target: "shop", limit: 1 })).map(({ id }) => id)).toEqual([last]);
    expect(await store.readReport(first)).toMatchObject({ target: "shop", report: report("2026-11-01T00:00:00.000Z") });
    expect(await store.targets()).toEqual(["crm", "shop"]);
  });

  test("has no report for an id it never gave", async () => {
    expect(await store.readReport("999999")).toBeNull();
    expect(await store.readReport("'; drop schema plansmith; --")).toBeNull();
  });

  test("finds the same neighbours as looking at all 200 vectors", async () => {
    const vectors = Array.from({ length: 200 }, (_, at) => unitVector(at + 1));
    await store.saveDocuments(
      space,
      vectors.map((vector, at) => document(`v${at}`, `statement ${at}`, vector)),
    );
    for (const seed of [501, 502, 503, 504, 505]) {
      const query = unitVector(seed);
      const all = vectors.map((vector, at) => ({ id: `v${at}`, near: cosine(query, vector) })).toSorted((a, b) => b.near - a.near);
      const found = await store.nearest(space, query, { kind: "statement", limit: 10 });
      expect(found.map(({ document: { id } }) => id)).toEqual(all.slice(0, 10).map(({ id }) => id));
      expect(found[0]?.similarity).toBeCloseTo(all[0]!.near, 4);
    }
  });

  test("never takes a vector of another model or kind for a neighbour", async () => {
    await store.saveDocuments({ model: "another", dimensions: 4 }, [document("x", "alien", Float32Array.of(1, 0, 0, 0))]);
    await store.saveDocuments(space, [document("c1", "a case", unitVector(900), "case")]);
    const near = await store.nearest(space, unitVector(900), { kind: "statement", limit: 500 });
    expect(near.map(({ document: { id } }) => id)).not.toContain("x");
    expect(near.map(({ document: { id } }) => id)).not.toContain("c1");
    expect((await store.nearest(space, unitVector(900), { kind: "case", limit: 5 })).map(({ document: { id } }) => id)).toEqual(["c1"]);
  });

  test("search finds by words, by nearness, and puts first what both find", async () => {
    const far = unitVector(31);
    const query = unitVector(77);
    await store.saveDocuments(space, [
      document("both", "slow invoices of a customer", query, "recommendation"),
      document(
        "words",
        "invoices without payment",
        far.map((value) => -value),
        "recommendation",
      ),
      document("near", "something else", query, "recommendation"),
    ]);
    const ids = async (words: string, vector: Float32Array | null) =>
      (await store.search({ words, near: vector ? { space, vector } : null, kinds: ["recommendation"], limit: 3 })).map(
        ({ document: { id } }) => id,
      );
    expect(await ids("invoices", null)).toEqual(expect.arrayContaining(["both", "words"]));
    expect((await ids("invoices", query))[0]).toBe("both");
    expect(await ids("no such word", query)).toEqual(expect.arrayContaining(["both", "near"]));
    expect(await ids("'); drop table plansmith.report; --", null)).toEqual([]);
  });

  test("saving a document again replaces it", async () => {
    await store.saveDocuments(space, [document("again", "old words", unitVector(1), "case")]);
    await store.saveDocuments(space, [document("again", "new words", unitVector(2), "case")]);
    const found = await store.search({ words: "words", near: null, kinds: ["case"], limit: 5 });
    expect(found.filter(({ document: { id } }) => id === "again").map(({ document: { title } }) => title)).toEqual(["new words"]);
  });

  test("keeps vectors by key, and gives none of another model", async () => {
    await store.vectorCache(space).put(new Map([["k", unitVector(5)]]));
    const kept = await store.vectorCache(space).get(["k", "missing"]);
    expect([...kept.keys()]).toEqual(["k"]);
    expect([...kept.get("k")!].map((value) => value.toFixed(5))).toEqual([...unitVector(5)].map((value) => value.toFixed(5)));
    expect((await store.vectorCache({ ...space, model: "another" }).get(["k"])).size).toBe(0);
  });
});

describe("embedded store", () => {
  const at = (name: string) => ({ directory: join(folder, name) });
  const pathOf = (name: string) => join(folder, name, "store.plansmith");

  test("holds what was saved when it is opened again", async () => {
    const first = await openEmbeddedStore(at("again"));
    const id = await first.saveReport({ target: "shop", report: report("2026-01-01T00:00:00.000Z") });
    await first.close();
    const second = await openEmbeddedStore({ ...at("again"), readOnly: true });
    expect((await second.readReport(id))?.target).toBe("shop");
    await second.close();
  });

  test("two writers at once both have their report in the end", async () => {
    const write = async (target: string) => {
      const store = await openEmbeddedStore(at("two"));
      await store.saveReport({ target, report: report("2026-01-01T00:00:00.000Z") });
      await store.close();
    };
    await Promise.all([write("a"), write("b"), write("c")]);
    const store = await openEmbeddedStore({ ...at("two"), readOnly: true });
    expect(await store.targets()).toEqual(["a", "b", "c"]);
    await store.close();
  });

  test("takes over the lock of a process that has ended", async () => {
    const store = await openEmbeddedStore(at("dead"));
    await store.close();
    // No process has this number: Linux ends at 4,194,304.
    await writeFile(`${pathOf("dead")}.lock`, JSON.stringify({ pid: 99_999_999, host: (await import("node:os")).hostname(), id: "x" }));
    await (await openEmbeddedStore({ ...at("dead"), waitMs: 5_000 })).close();
  });

  test("says who holds it instead of waiting for ever", async () => {
    const holder = await openEmbeddedStore(at("held"));
    await expect(openEmbeddedStore({ ...at("held"), waitMs: 300 })).rejects.toMatchObject({
      code: "CONNECTION_FAILED",
      message: expect.stringContaining(String(process.pid)),
    });
    await holder.close();
  });

  test.each([
    ["cut short", (bytes: Buffer) => bytes.subarray(0, bytes.length - 1000)],
    ["with one bit turned", (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 100_000 ? byte ^ 1 : byte)))],
    ["that is something else", () => Buffer.from("hello")],
    ["of a newer format", (bytes: Buffer) => Buffer.concat([Buffer.from("plansmith store 9\n"), bytes.subarray(18)])],
    ["that is empty", () => Buffer.alloc(0)],
  ])("a file %s is refused and left as it is", async (name, damage) => {
    const store = await openEmbeddedStore(at(name));
    await store.saveReport({ target: "shop", report: report("2026-01-01T00:00:00.000Z") });
    await store.close();
    const bytes = damage(await readFile(pathOf(name)));
    await writeFile(pathOf(name), bytes);
    await expect(openEmbeddedStore(at(name))).rejects.toMatchObject({ code: "STORE_INCOMPATIBLE" });
    expect((await readFile(pathOf(name))).equals(bytes)).toBe(true);
  });

  test("a store of a newer version is refused and left as it is", async () => {
    const database = await bootEmbedded();
    await database.run(
      "create schema plansmith; create table plansmith.version (version int not null); insert into plansmith.version values (999)",
    );
    await expect(openServerStore(database.session, "a server")).rejects.toMatchObject({
      code: "STORE_INCOMPATIBLE",
      message: expect.stringContaining("999"),
    });
    expect(await database.scalar("select count(*)::int from pg_tables where schemaname = 'plansmith'")).toBe(1);
    await database.close();
  });
});
