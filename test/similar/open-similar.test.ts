import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EmbeddingInput } from "../../src/config/audit-input.ts";
import { defaultConfig } from "../../src/config/config.ts";
import { runSearch } from "../../src/wire-search.ts";
import { checkEmbedding, openSimilarCases, reportVectors } from "../../src/wire-similar.ts";
import { openStore } from "../../src/wire-store.ts";
import { literalReport } from "../render/literal-report.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-similar-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const embedding = (more: Partial<EmbeddingInput>): EmbeddingInput => ({ ...defaultConfig.embedding, ...more });
const shipped = embedding({ device: "cpu" });
const words = embedding({ backend: "words" });

describe("what says how alike statements are", () => {
  test("words need no model, and have no note", async () => {
    const similar = await openSimilarCases({ embedding: words, cacheDirectory: null });
    expect([similar.likeness.model.id, similar.likeness.note]).toEqual(["words", null]);
    // Cases of the shipped corpus are worded as this release words statements.
    expect(similar.comparable).toBe(similar.corpus.length);
    const [first] = similar.corpus;
    const near = similar.near(await similar.place(new Map([["same", first!.shape]]))).get("same");
    expect(near?.[0]?.similarity).toBeCloseTo(1, 4);
    await similar.close();
  });

  test("a model from a directory places the corpus, and a second run takes its vectors from the cache", async () => {
    const first = await openSimilarCases({ embedding: shipped, cacheDirectory: folder });
    expect([first.likeness.model.id, first.likeness.note]).toEqual(["access-shape", null]);
    const shape = new Map([["a", first.corpus[0]!.shape]]);
    const placed = await first.place(shape);
    await first.close();
    const second = await openSimilarCases({ embedding: shipped, cacheDirectory: folder });
    expect(await second.place(shape)).toEqual(placed);
    await second.close();
  });

  test.each<[string, Partial<EmbeddingInput>, RegExp]>([
    ["a directory that is no model", { model: "./no/such/model" }, /no config.json/],
    ["a server that is not there", { backend: "server", url: "http://127.0.0.1:1/v1" }, /does not serve/],
    [
      "a database that is not there",
      { backend: "pgml", url: "postgres://me:secret@127.0.0.1:1/x?sslmode=disable" },
      /No PostgreSQL server answers/,
    ],
  ])("for %s words stand in, and the note says why without secrets", async (_, more, note) => {
    const similar = await openSimilarCases({ embedding: embedding(more), cacheDirectory: null });
    expect(similar.likeness.model.id).toBe("words");
    expect(similar.likeness.note).toMatch(note);
    expect(similar.likeness.note).not.toContain("secret");
    await similar.close();
  });

  test.each(["server", "pgml"] as const)("backend %s without a url is told before anything is read", (backend) => {
    expect(() => checkEmbedding(embedding({ backend }))).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    expect(() => checkEmbedding(embedding({}))).not.toThrow();
  });
});

describe("search", () => {
  const search = (query: string, more: Partial<Parameters<typeof runSearch>[0]> = {}) =>
    runSearch({
      query,
      limit: 5,
      embedding: words,
      store: join(folder, "nothing"),
      schema: null,
      cacheDirectory: null,
      signal: new AbortController().signal,
      ...more,
    });

  test("by words finds cases where there is no store yet, and says so", async () => {
    const { found, searched } = await search("jsonb containment gin");
    expect(found).toHaveLength(5);
    for (const each of found) expect(each).toMatchObject({ kind: "case", similarity: null, change: expect.stringMatching(/gin/i) });
    expect(searched.join()).toContain("no store yet");
  });

  test("of a statement finds cases whose access path is alike, whatever its names", async () => {
    const { found, searched } = await search("select x.* from zzz x where x.qqq_id = 7 order by x.made_at desc limit 10");
    expect(searched.join()).toContain("access path");
    const near = found.filter(({ similarity }) => similarity !== null);
    expect(near.length).toBeGreaterThan(0);
    expect(near.some(({ statement }) => /order by/.test(statement))).toBe(true);
  });

  test("finds nothing for words that nothing has", async () => {
    expect((await search("xyzzyplugh")).found).toEqual([]);
  });

  test("finds what a kept report says, by words and by a model's vectors", async () => {
    const place = join(folder, "kept");
    const [family, ...rest] = literalReport.families;
    const accessPath = "select relations 1 ; read where equals column integer by-constant";
    const report = { ...literalReport, families: [{ ...family!, accessPath }, ...rest] };
    const vectors = await reportVectors(report, { embedding: shipped, cacheDirectory: folder });
    expect(vectors?.of.size).toBe(1);
    const store = await openStore({ place });
    await store.saveReport({ target: "shop", report, ...(vectors ? { vectors } : {}) });
    await store.close();
    const byWords = await search(report.recommendations[0]!.title, { store: place });
    expect(byWords.found).toContainEqual(
      expect.objectContaining({ kind: "recommendation", where: expect.stringContaining("report of shop") }),
    );
    const alike = await search("select * from t where id = 7", { store: place, embedding: shipped, cacheDirectory: folder, limit: 200 });
    expect(alike.found).toContainEqual(
      expect.objectContaining({ kind: "statement", similarity: expect.any(Number), statement: family!.sql }),
    );
  });

  test("a report without access paths, and one where words compare, has no vectors", async () => {
    expect(await reportVectors({ families: [] }, { embedding: shipped })).toBeNull();
    expect(await reportVectors({ families: [{ ...literalReport.families[0]!, accessPath: "x" }] }, { embedding: words })).toBeNull();
  });
});
