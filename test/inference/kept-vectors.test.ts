import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EmbeddingModel } from "../../src/contract/embedding-model.ts";
import { cachedEmbedding } from "../../src/inference/cached-embedding.ts";
import { fileVectorCache } from "../../src/inference/file-vector-cache.ts";
import { lazyEmbedding } from "../../src/inference/lazy-embedding.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-vectors-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const about = { id: "m", revision: "1", dimensions: 2, device: "cpu" };
function counted(): { readonly model: EmbeddingModel; readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    model: {
      ...about,
      embed: (texts) => {
        asked.push(...texts);
        return Promise.resolve(texts.map((text) => Float32Array.of(text.length, 0.1)));
      },
      close: () => Promise.resolve(),
    },
  };
}

describe("vectors kept in a file", () => {
  test("answer the next run, to the last bit", async () => {
    const first = counted();
    const made = await cachedEmbedding(first.model, fileVectorCache(folder, about)).embed(["a", "bb", "a"]);
    const second = counted();
    expect(await cachedEmbedding(second.model, fileVectorCache(folder, about)).embed(["a", "bb", "a"])).toEqual(made);
    expect([first.asked, second.asked]).toEqual([["a", "bb"], []]);
  });

  test("are of one revision alone", async () => {
    const other = { ...about, revision: "2" };
    expect((await fileVectorCache(folder, other).get(["x"])).size).toBe(0);
    const { model, asked } = counted();
    await cachedEmbedding({ ...model, revision: "2" }, fileVectorCache(folder, other)).embed(["a"]);
    expect(asked).toEqual(["a"]);
  });

  test("that are damaged are made again, and the file with them", async () => {
    const own = { ...about, revision: "damaged" };
    await cachedEmbedding({ ...counted().model, ...own }, fileVectorCache(folder, own)).embed(["a"]);
    for (const name of await readdir(folder)) await writeFile(join(folder, name), "{ half");
    const { model, asked } = counted();
    await cachedEmbedding({ ...model, ...own }, fileVectorCache(folder, own)).embed(["a"]);
    expect(asked).toEqual(["a"]);
    const again = counted();
    await cachedEmbedding({ ...again.model, ...own }, fileVectorCache(folder, own)).embed(["a"]);
    expect(again.asked).toEqual([]);
  });

  test("a folder that cannot be written costs time only", async () => {
    const { model, asked } = counted();
    const nowhere = fileVectorCache("/dev/null/nowhere", about);
    expect(await cachedEmbedding(model, nowhere).embed(["a"])).toHaveLength(1);
    expect(asked).toEqual(["a"]);
  });
});

describe("a model loaded when it is asked", () => {
  test("is never loaded for nothing, and once for everything", async () => {
    let opened = 0;
    const { model } = counted();
    const lazy = lazyEmbedding(about, () => {
      opened++;
      return Promise.resolve(model);
    });
    await lazy.embed([]);
    await lazy.close();
    expect(opened).toBe(0);
    await Promise.all([lazy.embed(["a"]), lazy.embed(["b"])]);
    expect(opened).toBe(1);
  });

  test("that cannot be loaded says so to each who asks, and closes", async () => {
    const lazy = lazyEmbedding(about, () => Promise.reject(new Error("gone")));
    await expect(lazy.embed(["a"])).rejects.toThrow("gone");
    await expect(lazy.embed(["a"])).rejects.toThrow("gone");
    await lazy.close();
  });
});
