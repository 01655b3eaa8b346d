import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { VectorCache } from "../contract/embedding-model.ts";

/** Vectors kept of one model: of 128 numbers each this is 14 MB of text. */
const mostKept = 20_000;

/**
 * Vectors of one model and revision in a file of the cache directory. It only saves time: what cannot be read or written is as if it
 * were not there, and of two runs that write at once the later one's file stays.
 */
export function fileVectorCache(directory: string, { id, revision }: { readonly id: string; readonly revision: string }): VectorCache {
  const name = createHash("sha256").update(`${id}\n${revision}`).digest("hex").slice(0, 16);
  const path = join(directory, `vectors-${name}.json`);
  let known: Promise<Map<string, string>> | null = null;
  const load = () => (known ??= readVectors(path));
  return {
    async get(keys) {
      const vectors = await load();
      return new Map(
        keys.flatMap((key) => {
          const text = vectors.get(key);
          return text === undefined ? [] : [[key, decode(text)] as const];
        }),
      );
    },
    async put(made) {
      const vectors = await load();
      for (const [key, vector] of made) vectors.set(key, encode(vector));
      // A Map gives its keys in the order they came: the oldest go.
      for (const key of [...vectors.keys()].slice(0, Math.max(0, vectors.size - mostKept))) vectors.delete(key);
      await writeVectors(directory, path, vectors);
    },
  };
}

async function readVectors(path: string): Promise<Map<string, string>> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof parsed !== "object" || parsed === null) return new Map();
    return new Map(Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    // No cache yet, or a damaged one: the vectors are made again.
    return new Map();
  }
}

async function writeVectors(directory: string, path: string, vectors: ReadonlyMap<string, string>): Promise<void> {
  const unfinished = `${path}.${process.pid}.${randomUUID()}`;
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(unfinished, JSON.stringify(Object.fromEntries(vectors)));
    await rename(unfinished, path);
  } catch {
    // An unwritable or full cache means no cache: the vectors in hand are good.
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

function encode(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}

function decode(text: string): Float32Array {
  const bytes = Buffer.from(text, "base64");
  // A copy: a pooled buffer may start at an offset that no Float32Array can.
  return new Float32Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.length / 4));
}
