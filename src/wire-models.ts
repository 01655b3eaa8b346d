import { z } from "zod";
import type { EmbeddingInput } from "./config/audit-input.ts";
import type { ModelInput } from "./config/model-input.ts";
import { AdvisorError, errorLine } from "./errors.ts";
import type { ListedModel } from "./inference/list-models.ts";
import { modelsFolder, openLanguageModel } from "./wire-model.ts";

/** Something that was tried: it works, or why not. */
export interface Tried {
  readonly ok: boolean;
  readonly words: string;
}

/** What there is to run models with, and what is configured. */
export interface ModelsReport {
  readonly directory: string;
  readonly models: readonly ListedModel[];
  /** Where a local model would run: providers in the order they are tried, and why others are not; null where transformers.js is not installed. */
  readonly runtime: { readonly devices: readonly string[]; readonly refusals: readonly string[] } | null;
  /** Configured or named; null: none. */
  readonly language: {
    readonly name: string;
    readonly where: string | null;
    readonly check: Tried | null;
    readonly bench: Tried | null;
  } | null;
  readonly embedding: { readonly name: string; readonly check: Tried | null; readonly bench: Tried | null } | null;
}

export interface ModelsInput {
  readonly language: ModelInput | null;
  readonly embedding: EmbeddingInput | null;
  readonly check: boolean;
  readonly bench: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Lists models and what runs them; asks the configured ones a question where told to. What does not work is said, not thrown. */
export async function reportModels(input: ModelsInput): Promise<ModelsReport> {
  const { listModels } = await import("./inference/list-models.ts");
  const directory = modelsFolder();
  return {
    directory,
    models: await listModels(directory),
    runtime: await runtimeHere(),
    language: input.language === null ? null : await languageReport(input.language, input),
    embedding: input.embedding === null ? null : await embeddingReport(input.embedding, input),
  };
}

async function runtimeHere(): Promise<ModelsReport["runtime"]> {
  const { devicesFor, gpuInSight, transformersUrl } = await import("./inference/local-runtime.ts");
  try {
    transformersUrl();
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "DEPENDENCY_MISSING") return null;
    throw error;
  }
  if (!gpuInSight()) return { devices: ["cpu"], refusals: ["gpu: no GPU device is to be seen"] };
  return devicesFor("gpu");
}

async function languageReport(model: ModelInput, input: ModelsInput): Promise<NonNullable<ModelsReport["language"]>> {
  const where = model.url === null ? null : new URL(model.url).host;
  const told = { name: model.name, where, check: null, bench: null };
  if (!input.check && !input.bench) return told;
  const check = await tried(() => checkLanguage(model, input));
  return { ...told, check, bench: input.bench && check.ok ? await tried(() => benchLanguage(model, input)) : null };
}

const question = z.strictObject({ answer: z.enum(["yes", "no"]) });

async function checkLanguage(model: ModelInput, { environment, signal }: ModelsInput): Promise<string> {
  if (model.kind === "openai") {
    const { serverModels } = await import("./inference/server-models.ts");
    const offered = await serverModels(model.url ?? "", environment[model.keyVariable]);
    if (!offered.includes(model.model) && !offered.includes(`${model.model}:latest`))
      throw new AdvisorError(
        "MODEL_UNAVAILABLE",
        `The server has no model "${model.model}"; it offers ${offered.slice(0, 8).join(", ") || "none"}.`,
      );
  }
  const opened = await openLanguageModel(model, environment);
  try {
    const messages = [{ role: "user" as const, content: 'Is PostgreSQL a database? Answer {"answer":"yes"} or {"answer":"no"}.' }];
    const said = await opened.complete(messages, { schema: question, maxTokens: 64, signal });
    if (said.kind === "unusable") throw new AdvisorError("MODEL_UNAVAILABLE", `It runs, but ${said.why}.`);
    return `answers in the shape asked for, at ${opened.description}`;
  } finally {
    await opened.close();
  }
}

const listShape = z.strictObject({ words: z.array(z.string().max(40)).max(64) });

async function benchLanguage(model: ModelInput, { environment, signal }: ModelsInput): Promise<string> {
  const opened = await openLanguageModel(model, environment);
  try {
    const messages = [{ role: "user" as const, content: 'List forty words of SQL as {"words":["select", …]}.' }];
    const from = performance.now();
    const { usage } = await opened.complete(messages, { schema: listShape, maxTokens: 256, signal });
    const seconds = (performance.now() - from) / 1000;
    return `${(usage.completionTokens / seconds).toFixed(1)} tokens/s (${usage.completionTokens} in ${seconds.toFixed(2)} s, the question of ${usage.promptTokens} included)`;
  } finally {
    await opened.close();
  }
}

async function embeddingReport(embedding: EmbeddingInput, input: ModelsInput): Promise<NonNullable<ModelsReport["embedding"]>> {
  const name = `${embedding.backend}:${embedding.model}`;
  if (!input.check && !input.bench) return { name, check: null, bench: null };
  const check = await tried(() => embed(embedding, input.signal, 1));
  return { name, check, bench: input.bench && check.ok ? await tried(() => embed(embedding, input.signal, 256)) : null };
}

/** Texts of the length that access paths have, each another, so that no cache answers. */
async function embed(embedding: EmbeddingInput, signal: AbortSignal, count: number): Promise<string> {
  const { openEmbedding } = await import("./wire-similar.ts");
  const model = await openEmbedding({ embedding, cacheDirectory: null, signal });
  try {
    await model.embed(["select"], { signal });
    const texts = Array.from(
      { length: count },
      (_, at) => `select relations 1 ; read rows 1e6 where equals column integer by-constant few ; ${at}`,
    );
    const from = performance.now();
    const vectors = await model.embed(texts, { signal });
    const seconds = (performance.now() - from) / 1000;
    const about = `${vectors[0]?.length ?? 0} dimensions, ${model.device}`;
    return count === 1 ? about : `${(count / seconds).toFixed(0)} texts/s (${count} in ${seconds.toFixed(2)} s)`;
  } finally {
    await model.close();
  }
}

async function tried(work: () => Promise<string>): Promise<Tried> {
  try {
    return { ok: true, words: await work() };
  } catch (error) {
    if (!(error instanceof AdvisorError) || error.code === "ABORTED" || error.code === "INTERNAL") throw error;
    return { ok: false, words: errorLine(error) };
  }
}
