import { createHash } from "node:crypto";
import type { EmbeddingModel, VectorCache } from "../contract/embedding-model.ts";

/** The model, asked only for texts that the cache does not hold; equal texts are embedded once. */
export function cachedEmbedding(model: EmbeddingModel, cache: VectorCache): EmbeddingModel {
  const keyOf = (text: string) => createHash("sha256").update(`${model.id}\n${model.revision}\n${text}`).digest("hex");
  return {
    ...model,
    async embed(texts, options) {
      const keys = texts.map(keyOf);
      const known = new Map(await cache.get([...new Set(keys)]));
      const missing = new Map(keys.flatMap((key, at) => (known.has(key) ? [] : [[key, texts[at]!] as const])));
      if (missing.size > 0) {
        const made = await model.embed([...missing.values()], options);
        const fresh = new Map([...missing.keys()].map((key, at) => [key, made[at]!] as const));
        await cache.put(fresh);
        for (const [key, vector] of fresh) known.set(key, vector);
      }
      return keys.map((key) => known.get(key)!);
    },
  };
}
