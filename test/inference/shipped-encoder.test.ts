import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shapeTextVersion } from "../../src/access-shape/shape-text.ts";
import type { EmbeddingModel } from "../../src/contract/embedding-model.ts";
import { readManifest } from "../../src/inference/model-files.ts";
import { openLocalEmbedding } from "../../src/inference/transformers-embedding.ts";
import { readCorpus } from "../../src/similar/read-corpus.ts";

/** The encoder that ships: models/access-shape. */
const root = join(import.meta.dirname, "..", "..");
const models = join(root, "models");
const name = "access-shape";

let full: EmbeddingModel;
let small: EmbeddingModel;
beforeAll(async () => {
  full = await openLocalEmbedding({ model: name, modelsDirectory: models, device: "cpu" });
  small = await openLocalEmbedding({ model: name, modelsDirectory: models, precision: "q8", device: "cpu" });
});
afterAll(async () => {
  await full.close();
  await small.close();
});

const { texts, vectors } = JSON.parse(await readFile(join(models, name, "parity.json"), "utf8")) as {
  texts: string[];
  vectors: number[][];
};
const cosine = (a: Float32Array, b: ArrayLike<number>) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);

describe("the encoder that ships", () => {
  test("is the one its manifest names, for this version of the shape text", async () => {
    const entry = (await readManifest(models))?.models[name];
    expect([entry?.shapeTextVersion, entry?.dimensions, entry?.licence]).toEqual([shapeTextVersion, full.dimensions, "Apache-2.0"]);
    expect(full.revision).toBe(`${entry?.revision}-fp32`);
  });

  test("gives PyTorch's vectors within 1e-3", async () => {
    expect(texts.length).toBeGreaterThanOrEqual(8);
    const found = await full.embed(texts);
    found.forEach((vector, at) => {
      expect(Math.max(...vector.map((value, place) => Math.abs(value - vectors[at]![place]!)))).toBeLessThan(1e-3);
    });
  });

  test("in int8 points the same way", async () => {
    const found = await small.embed(texts);
    found.forEach((vector, at) => {
      expect(cosine(vector, vectors[at]!)).toBeGreaterThan(0.98);
    });
  });

  test("knows the words of the corpus: one in a hundred at most is new to it", async () => {
    const { model } = JSON.parse(await readFile(join(models, name, "tokenizer.json"), "utf8")) as {
      model: { vocab: Record<string, number> };
    };
    const words = (await readCorpus(join(root, "corpus", "cases"))).flatMap(({ shape }) => shape.split(" "));
    const strange = words.filter((word) => model.vocab[word] === undefined);
    expect([strange.length / words.length < 0.01, [...new Set(strange)].slice(0, 5)]).toEqual([true, expect.anything()]);
  });

  test("takes less than 30 MB, with everything else in models/", async () => {
    const entries = await readdir(models, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes(join("training", "data")));
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(30e6);
  });
});
