import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundledExtensions } from "../../src/embedded/bundled-extensions.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";

const cache = mkdtempSync(join(tmpdir(), "plansmith-cache-"));
let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await bootEmbedded({ cacheDirectory: cache, preload: ["pg_stat_statements"] });
});
afterAll(async () => {
  await database.close();
  rmSync(cache, { recursive: true, force: true });
});

describe("an embedded database", () => {
  test("is PostgreSQL 18 and gives bigint as text", async () => {
    expect(database.versionNumber).toBeGreaterThanOrEqual(180000);
    expect(await database.session.query("select $1::bigint as n, 'a' as t", ["9007199254740993"])).toEqual([
      { n: "9007199254740993", t: "a" },
    ]);
  });

  test("gives the value of the last statement, and undefined for no row", async () => {
    expect(await database.scalar("select 1; select 'two' as v")).toBe("two");
    expect(await database.scalar("select 1 where false")).toBeUndefined();
    const plan = await database.scalar("explain (format json) select 1");
    expect(Array.isArray(plan)).toBe(true);
  });

  test("throws with the SQLSTATE and stays usable", async () => {
    await expect(database.run("select * from nowhere")).rejects.toMatchObject({ code: "42P01" });
    await expect(database.session.query("select 1/0")).rejects.toMatchObject({ code: "22012" });
    expect(await database.scalar("select 3")).toBe(3);
  });

  test("lets timers run between statements", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const until = performance.now() + 400;
    while (performance.now() < until) await database.scalar("select count(*) from generate_series(1, 2000)");
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });

  test("records statements when pg_stat_statements is preloaded", async () => {
    await database.run("create extension pg_stat_statements; create table counted(id int primary key)");
    for (let id = 0; id < 4; id++) await database.session.query("select * from counted where id = $1", [id]);
    await database.run("select * from counted where id = 7");
    const calls = await database.scalar("select sum(calls)::int from pg_stat_statements where query like 'select * from counted%'");
    expect(calls).toBe(5);
  });
});

describe("bundled extensions", () => {
  const names = [...bundledExtensions()].sort();
  test("include those that index advice needs", () => {
    expect(names).toEqual(expect.arrayContaining(["btree_gin", "btree_gist", "hstore", "moddatetime", "pg_trgm", "uuid-ossp", "vector"]));
  });
  test.each(names.filter((name) => !["plpgsql", "pg_stat_statements"].includes(name)))("%s can be created", async (name) => {
    expect(database.provideExtension(name)).toBe(true);
    await database.run(`create schema x; set search_path = x, public; create extension "${name}" cascade; reset search_path`);
    await database.run(`drop schema x cascade; drop extension if exists "${name}" cascade`);
  });
  test("an unknown name, or one that is a path, is not provided", () => {
    expect(database.provideExtension("timescaledb")).toBe(false);
    expect(database.provideExtension("../../etc/passwd")).toBe(false);
  });
});

describe("the boot template", () => {
  const collationOf = async (collation: "c" | "libc-utf8" | "icu", cacheDirectory: string | null) => {
    const other = await bootEmbedded({ collation, cacheDirectory });
    try {
      await other.run(
        "create table words(w text); create index on words(w); insert into words select md5(i::text) from generate_series(1,5000) i; analyze words",
      );
      const plan = JSON.stringify(await other.scalar("explain (format json) select * from words where w like 'abc%'"));
      const provider = await other.scalar("select datlocprovider::text from pg_database where datname = current_database()");
      return { provider, prefixIndexed: plan.includes("words_w_idx") };
    } finally {
      await other.close();
    }
  };

  test("of class c lets LIKE use a plain B-tree, the others do not", async () => {
    expect(await collationOf("c", cache)).toEqual({ provider: "c", prefixIndexed: true });
    expect(await collationOf("libc-utf8", cache)).toEqual({ provider: "c", prefixIndexed: false });
    expect(await collationOf("icu", cache)).toEqual({ provider: "i", prefixIndexed: false });
    expect(readdirSync(cache).length).toBe(3);
  });

  test("is rebuilt when the cached file is damaged", async () => {
    const file = join(cache, readdirSync(cache).find((name) => name.includes("-icu-"))!);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length / 2));
    expect(await collationOf("icu", cache)).toEqual({ provider: "i", prefixIndexed: false });
    expect(readFileSync(file).length).toBeGreaterThan(bytes.length / 2 + 1);
    const flipped = readFileSync(file);
    flipped[1000] = flipped[1000]! ^ 0xff;
    writeFileSync(file, flipped);
    expect((await collationOf("icu", cache)).provider).toBe("i");
  });

  test("is not needed on disk: an unwritable cache only costs time", async () => {
    const file = join(cache, "not-a-directory");
    writeFileSync(file, "");
    expect((await collationOf("c", join(file, "cache"))).prefixIndexed).toBe(true);
  });
});
