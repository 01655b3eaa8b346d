import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveSource } from "../../src/collect/live-source.ts";
import { savedSource, saveSnapshot } from "../../src/collect/saved-source.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";

const folder = mkdtempSync(join(tmpdir(), "plansmith-saved-"));
const at = (name: string) => join(folder, name);

describe("a saved snapshot", () => {
  let database: EmbeddedDatabase;
  let snapshot: Snapshot;
  beforeAll(async () => {
    database = await bootEmbedded();
    await database.run("create table t (id int primary key, note text, tags text[], seen int4range)");
    await database.run(
      "insert into t select i, 'n' || i % 7, array['a', 'b' || i % 3], int4range(i, i + 9) from generate_series(1, 500) i",
    );
    await database.run("create statistics t_s (mcv) on id, note from t; create index on t (lower(note)) where id > 3; analyze");
    const options = { top: 9, minCalls: 1, includeSchemas: [], excludeSchemas: [], readEnds: true, now: new Date(0), redactValues: false };
    snapshot = await liveSource(database.session, options).read({});
  });
  afterAll(async () => {
    await database?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["s.json", "s.json.gz"])("%s reads back as it was, to the field", async (name) => {
    await saveSnapshot(at(name), snapshot);
    expect(await savedSource(at(name)).read({})).toEqual(snapshot);
  });

  test("only its owner can read it, and nothing else is left behind", async () => {
    writeFileSync(at("open.json"), "old", { mode: 0o644 });
    const bytes = await saveSnapshot(at("open.json"), snapshot);
    expect(statSync(at("open.json"))).toMatchObject({ size: bytes });
    expect(statSync(at("open.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("the same snapshot makes the same bytes, and a gzipped one is known by its content", async () => {
    await saveSnapshot(at("a.json.gz"), snapshot);
    await saveSnapshot(at("b.json.gz"), snapshot);
    expect(readFileSync(at("a.json.gz"))).toEqual(readFileSync(at("b.json.gz")));
    writeFileSync(at("unnamed"), readFileSync(at("a.json.gz")));
    expect(await savedSource(at("unnamed")).read({})).toEqual(snapshot);
  });

  test("a folder that is not there is named, and nothing is written", async () => {
    await expect(saveSnapshot(at("no/such/s.json"), snapshot)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("ENOENT"),
      hint: expect.stringContaining(at("no/such")),
    });
    await expect(saveSnapshot(folder, snapshot)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  const refused = async (name: string, content: string | Uint8Array) => {
    writeFileSync(at(name), content);
    return savedSource(at(name))
      .read({})
      .catch((error: unknown) => error);
  };

  test("a truncated file is called so, gzipped or not", async () => {
    await saveSnapshot(at("cut.json.gz"), snapshot);
    truncateSync(at("cut.json.gz"), statSync(at("cut.json.gz")).size - 200);
    await expect(savedSource(at("cut.json.gz")).read({})).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("is cut short"),
    });
    expect(await refused("cut.json", JSON.stringify(snapshot).slice(0, 2000))).toMatchObject({
      message: expect.stringContaining("is cut short"),
    });
  });

  test("damage, other JSON, no JSON, nothing and no file are told apart, each with what to do", async () => {
    const bytes = gzipSync(JSON.stringify(snapshot));
    bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 40);
    const cases: [unknown, string][] = [
      [await refused("damaged.gz", bytes), "is damaged"],
      [await refused("foreign.json", '{"tables": []}'), "is JSON, and no snapshot"],
      [await refused("list.json", "[1]"), "is JSON, and no snapshot"],
      [await refused("text.sql", "create table t ();"), "is not JSON"],
      [await refused("empty.json", ""), "is empty"],
      [
        await savedSource(at("none.json"))
          .read({})
          .catch((error: unknown) => error),
        "cannot be read (ENOENT)",
      ],
    ];
    for (const [error, why] of cases)
      expect(error).toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining(why), hint: expect.any(String) });
  });

  test("a file of another format version says which and what to upgrade", async () => {
    expect(await refused("newer.json", JSON.stringify({ ...snapshot, schemaVersion: 2 }))).toMatchObject({
      message: expect.stringContaining("newer Plansmith (format 2"),
      hint: "Upgrade Plansmith here.",
    });
    expect(await refused("older.json", JSON.stringify({ ...snapshot, schemaVersion: 0 }))).toMatchObject({
      message: expect.stringContaining("older Plansmith"),
    });
  });

  test("a field that is not as expected is named, and its value is not shown", async () => {
    const [first, ...rest] = snapshot.catalog.relations;
    const broken = { ...snapshot, catalog: { ...snapshot.catalog, relations: [{ ...first, pages: "s3cret" }, ...rest] } };
    const error = await refused("field.json", JSON.stringify(broken));
    expect(error).toMatchObject({ message: expect.stringContaining("catalog.relations[0].pages") });
    expect(String(error)).not.toContain("s3cret");
  });

  test("a gzipped file holds plain JSON, one line", async () => {
    expect(JSON.parse(gunzipSync(readFileSync(at("s.json.gz"))).toString())).toMatchObject({ schemaVersion: 1 });
  });
});
