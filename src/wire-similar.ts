import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EmbeddingInput } from "./config/audit-input.ts";
import type { EmbeddingModel } from "./contract/embedding-model.ts";
import type { FamilyVectors, VectorSpace } from "./contract/store.ts";
import type { Report } from "./domain/report.ts";
import { AdvisorError } from "./errors.ts";
import type { Likeness, SimilarCases } from "./similar/similar-cases.ts";

export interface SimilarInput {
  readonly embedding: EmbeddingInput;
  /** Keeps vectors of earlier runs; null: none; absent: the default place. */
  readonly cacheDirectory?: string | null;
  readonly signal?: AbortSignal;
}

/** Nearest cases of one statement: enough that the five classes of change that are likeliest are among them. */
const nearestCases = 8;
/**
 * Below these two texts say nothing of one another: of statements of the validation split the nearest by words has the right class of change
 * in 9 of 10 at 0.95, 5 of 10 at 0.8 and 2 of 10 at 0.5, where looking further is not worth proving.
 */
const leastByWords = 0.5;
/** Of another encoder nothing was measured. */
const leastByModel = 0.5;
/** Nearly every statement of our own kind has a case this near (models/access-shape/README.md): below it the encoder has seen nothing like it. */
const leastByOwnModel = 0.8;

/**
 * The corpus of proven cases, and the model that says what is alike. A model that cannot be had is replaced by the words of the texts, and
 * `likeness.note` says why. Close it.
 */
export async function openSimilarCases(input: SimilarInput): Promise<SimilarCases & { close(): Promise<void> }> {
  const { readCorpus } = await import("./similar/read-corpus.ts");
  const { embeddedText, similarCases } = await import("./similar/similar-cases.ts");
  const corpus = await readCorpus(join(packageFolder(), "corpus", "cases"));
  let model: EmbeddingModel | null = null;
  let note: string | null = null;
  try {
    model = hasModel(input.embedding) ? await openEmbedding(input) : null;
    if (model !== null) {
      const likeness = {
        model,
        description: `the encoder ${model.id}`,
        leastSimilarity: isOwn(input.embedding) ? leastByOwnModel : leastByModel,
        note,
      };
      return { ...(await similarCases(corpus, likeness, nearestCases)), close: () => model!.close() };
    }
  } catch (error) {
    await model?.close();
    if (!(error instanceof AdvisorError) || error.code === "ABORTED") throw error;
    note = error.message;
  }
  const { wordEmbedding } = await import("./similar/word-embedding.ts");
  const words = wordEmbedding(corpus.map(({ shape }) => embeddedText(shape)));
  const likeness: Likeness = { model: words, description: "words of the access path, no model", leastSimilarity: leastByWords, note };
  return { ...(await similarCases(corpus, likeness, nearestCases)), close: () => Promise.resolve() };
}

/** Throws CONFIG_INVALID for a backend without what it needs, before anything is read. */
export function checkEmbedding({ backend, url }: EmbeddingInput): void {
  if (backend === "server" || backend === "pgml") needed(url, backend);
}

function isOwn({ backend, model }: EmbeddingInput): boolean {
  return backend === "local" && model === "access-shape";
}

/** False where words are asked for, and where the default model is not installed: nobody asked for that one. */
function hasModel(embedding: EmbeddingInput): boolean {
  if (embedding.backend === "words") return false;
  return !isOwn(embedding) || existsSync(join(packageFolder(), "models", embedding.model));
}

/**
 * Vectors of a report's statements, to find them by in a store; null where no model is configured or it cannot be had: then words find them.
 * What the audit has embedded comes from the cache.
 */
export async function reportVectors({ families }: Pick<Report, "families">, input: SimilarInput): Promise<FamilyVectors | null> {
  const shapes = new Map(families.flatMap(({ id, accessPath }) => (accessPath === undefined ? [] : [[id, accessPath] as const])));
  if (!hasModel(input.embedding) || shapes.size === 0) return null;
  const { placeShapes } = await import("./similar/similar-cases.ts");
  let model: EmbeddingModel | null = null;
  try {
    model = await openEmbedding(input);
    const of = await placeShapes(model, shapes);
    return { space: spaceOf(model, [...of.values()][0]!), of };
  } catch (error) {
    // The audit's own report says why there is no model.
    if (!(error instanceof AdvisorError) || error.code === "ABORTED") throw error;
    return null;
  } finally {
    await model?.close();
  }
}

/** Where a model's vectors are stored. */
export function spaceOf({ id, revision }: EmbeddingModel, vector: Float32Array): VectorSpace {
  return { model: `${id} ${revision}`, dimensions: vector.length };
}

/** The configured model with vectors of earlier runs. Throws MODEL_UNAVAILABLE, DEPENDENCY_MISSING, CONFIG_INVALID, and what connecting throws. */
export async function openEmbedding({ embedding, cacheDirectory, signal }: SimilarInput): Promise<EmbeddingModel> {
  const model = await uncached(embedding, signal);
  const { defaultCacheDirectory } = await import("./embedded/boot-template.ts");
  const directory = cacheDirectory === undefined ? defaultCacheDirectory() : cacheDirectory;
  if (directory === null) return model;
  const { cachedEmbedding } = await import("./inference/cached-embedding.ts");
  const { fileVectorCache } = await import("./inference/file-vector-cache.ts");
  return cachedEmbedding(model, fileVectorCache(directory, model));
}

async function uncached(embedding: EmbeddingInput, signal: AbortSignal | undefined): Promise<EmbeddingModel> {
  const { backend, model, url, device, precision } = embedding;
  switch (backend) {
    case "local": {
      const { describeLocalEmbedding, openLocalEmbedding } = await import("./inference/transformers-embedding.ts");
      const { lazyEmbedding } = await import("./inference/lazy-embedding.ts");
      const options = { model, modelsDirectory: join(packageFolder(), "models"), device, precision };
      return lazyEmbedding(await describeLocalEmbedding(options), () => openLocalEmbedding(options));
    }
    case "server": {
      const { openServerEmbedding } = await import("./inference/server-embedding.ts");
      const key = process.env[embedding.keyVariable] ?? null;
      return openServerEmbedding({ url: needed(url, backend), model, key, ...(signal === undefined ? {} : { signal }) });
    }
    case "pgml": {
      const { connectReadOnly } = await import("./connect/connect.ts");
      const { openPgmlEmbedding } = await import("./inference/pgml-embedding.ts");
      const session = await connectReadOnly({ url: needed(url, backend), statementTimeoutMs: 300_000, lockTimeoutMs: 2_000 });
      try {
        return await openPgmlEmbedding(session, model);
      } catch (error) {
        await session.close();
        throw error;
      }
    }
    case "words":
      throw new AdvisorError("INTERNAL", "Words need no model.");
    default:
      return backend satisfies never;
  }
}

function needed(url: string | undefined, backend: string): string {
  if (url !== undefined && url !== "") return url;
  throw new AdvisorError("CONFIG_INVALID", `The embedding backend "${backend}" has no url.`, {
    hint:
      backend === "pgml"
        ? 'Add "url": "postgres://user@host/database" of the database with PostgresML to "embedding".'
        : 'Add "url": "http://localhost:11434/v1" to "embedding".',
  });
}

/** Where package.json, models and the corpus lie: sources and build are at different depths. */
function packageFolder(): string {
  const own = dirname(fileURLToPath(import.meta.url));
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) throw new AdvisorError("INTERNAL", "No package.json above the program's own files.");
  }
}
