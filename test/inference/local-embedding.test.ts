import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EmbeddingModel } from "../../src/contract/embedding-model.ts";
import { cachedEmbedding } from "../../src/inference/cached-embedding.ts";
import { sha256 } from "../../src/inference/model-files.ts";
import { openLocalEmbedding } from "../../src/inference/transformers-embedding.ts";

const tiny = join(import.meta.dirname, "tiny-encoder");
let folder: string;
let model: EmbeddingModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-models-"));
  model = await openLocalEmbedding({ model: tiny, modelsDirectory: folder, device: "cpu" });
});
afterAll(async () => {
  await model.close();
  await rm(folder, { recursive: true });
});

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
const farthest = (a: Float32Array, b: readonly number[]) => Math.max(...a.map((value, at) => Math.abs(value - b[at]!)));

describe("a local encoder", () => {
  test("gives PyTorch's vectors within 1e-3", async () => {
    const { texts, vectors } = JSON.parse(await readFile(join(tiny, "parity.json"), "utf8")) as { texts: string[]; vectors: number[][] };
    const found = await model.embed(texts);
    found.forEach((vector, at) => {
      expect(farthest(vector, vectors[at]!)).toBeLessThan(1e-3);
    });
  });

  test("gives unit vectors in the order asked, alone as in a batch of mixed lengths", async () => {
    const texts = Array.from({ length: 40 }, (_, at) => `select relations ${"where equals column integer ".repeat(at % 7)}limit`);
    const batch = await model.embed(texts);
    for (const at of [0, 5, 6, 39]) {
      const [alone] = await model.embed([texts[at]!]);
      expect(cosine(alone!, batch[at]!)).toBeGreaterThan(0.99999);
      expect(Math.hypot(...batch[at]!)).toBeCloseTo(1, 3);
    }
    expect(batch.every((vector) => vector.length === model.dimensions)).toBe(true);
  });

  test("in int8 is near the full one", async () => {
    const small = await openLocalEmbedding({ model: tiny, modelsDirectory: folder, precision: "q8", device: "cpu" });
    const text = "select relations 1 ; read rows 1e6 where equals column integer";
    expect(cosine((await small.embed([text]))[0]!, (await model.embed([text]))[0]!)).toBeGreaterThan(0.99);
    expect(small.revision).not.toBe(model.revision);
    await small.close();
  });

  test("says why when a GPU was asked for and there is none", async () => {
    const other = await openLocalEmbedding({ model: tiny, modelsDirectory: folder, device: "gpu" });
    expect(other.device).toMatch(/^(cuda|webgpu)$|^cpu \(no GPU: cuda: .+; webgpu: .+\)$/);
    await other.close();
  });

  test("that is not there names the file that is missing", async () => {
    await expect(openLocalEmbedding({ model: "absent", modelsDirectory: folder })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("config.json"),
    });
  });

  test("whose weights are none is refused, and the process goes on", async () => {
    await cp(tiny, join(folder, "broken"), { recursive: true });
    await writeFile(join(folder, "broken", "onnx", "model.onnx"), "not a model");
    await expect(openLocalEmbedding({ model: "broken", modelsDirectory: folder })).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  });

  test("stops waiting when it is told to", async () => {
    await expect(model.embed(["select"], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
  });
});

describe("the manifest", () => {
  const manifest = async (name: string, weights: string) => {
    const models = {
      [name]: {
        kind: "embedding",
        revision: "r1",
        licence: "Apache-2.0",
        shapeTextVersion: 1,
        dimensions: 16,
        files: { "onnx/model.onnx": weights, "config.json": await sha256(join(tiny, "config.json")) },
      },
    };
    await writeFile(join(folder, "manifest.json"), JSON.stringify({ models }));
  };

  test("lets a model through whose files are those it names", async () => {
    await cp(tiny, join(folder, "named"), { recursive: true });
    await manifest("named", await sha256(join(tiny, "onnx", "model.onnx")));
    const named = await openLocalEmbedding({ model: "named", modelsDirectory: folder, device: "cpu" });
    expect(named.revision).toBe("r1-fp32");
    await named.close();
  });

  test("stops a model that was changed", async () => {
    await cp(tiny, join(folder, "changed"), { recursive: true });
    await manifest("changed", "0".repeat(64));
    await expect(openLocalEmbedding({ model: "changed", modelsDirectory: folder })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("model.onnx"),
    });
  });

  test("that is no manifest stops every model beside it", async () => {
    await writeFile(join(folder, "manifest.json"), "{}");
    await expect(openLocalEmbedding({ model: "named", modelsDirectory: folder })).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    await rm(join(folder, "manifest.json"));
  });
});

test("a cache is asked first, and told of what it lacked, once per text", async () => {
  const kept = new Map<string, Float32Array>();
  const asked: string[] = [];
  const counting: EmbeddingModel = {
    ...model,
    async embed(texts) {
      asked.push(...texts);
      return texts.map((text) => Float32Array.of(text.length));
    },
  };
  const cached = cachedEmbedding(counting, {
    get: async (keys) => new Map(keys.flatMap((key) => (kept.has(key) ? [[key, kept.get(key)!] as const] : []))),
    put: async (vectors) => {
      for (const [key, vector] of vectors) kept.set(key, vector);
    },
  });
  expect(await cached.embed(["a", "bb", "a"])).toEqual([Float32Array.of(1), Float32Array.of(2), Float32Array.of(1)]);
  expect(await cached.embed(["bb", "ccc"])).toEqual([Float32Array.of(2), Float32Array.of(3)]);
  expect(asked).toEqual(["a", "bb", "ccc"]);
});
