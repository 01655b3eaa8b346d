import { setTimeout as sleep } from "node:timers/promises";
import type { EmbeddingModel } from "../contract/embedding-model.ts";
import { AdvisorError } from "../errors.ts";
import { unitVectors } from "./unit-vectors.ts";

export interface ServerEmbeddingOptions {
  /** Base of the API, with its version: `http://localhost:11434/v1`. */
  readonly url: string;
  readonly model: string;
  /** Sent as a bearer token; null: none. */
  readonly key: string | null;
  /** Longest single request. */
  readonly timeoutMs?: number;
  /** Wait before the first retry; doubled each time. */
  readonly retryMs?: number;
  readonly signal?: AbortSignal;
}

/** Texts of one request: below what the common servers take (OpenAI 2,048, Ollama and llama.cpp by memory). */
const textsPerRequest = 64;
const mostTries = 4;
const longestRetryAfterMs = 30_000;
/** 64 vectors of 4,096 numbers of 24 characters, and room. */
const mostBytes = 16 * 1024 * 1024;

/**
 * A model behind `/v1/embeddings`, the surface that OpenAI, Ollama, llama.cpp, vLLM and LM Studio share
 * (https://platform.openai.com/docs/api-reference/embeddings). Asks once for a vector to know its dimensions. Tries again on 408, 429, 5xx
 * and lost connections; throws MODEL_UNAVAILABLE for anything else, ABORTED by the signal. Messages never hold the key.
 */
export async function openServerEmbedding(options: ServerEmbeddingOptions): Promise<EmbeddingModel> {
  const endpoint = endpointOf(options.url);
  const about = { id: `${options.model} at ${endpoint.host}`, dimensions: null as number | null };
  const embedSome = async (texts: readonly string[], signal?: AbortSignal) => {
    const signals = [options.signal, signal].filter((each) => each !== undefined);
    const answer = await ask(endpoint, options, { texts, signal: signals.length === 0 ? null : AbortSignal.any(signals) });
    return unitVectors(inOrder(answer, about.id), texts.length, about);
  };
  const [first] = await embedSome(["select"]);
  about.dimensions = first!.length;
  return {
    id: about.id,
    revision: String(about.dimensions),
    dimensions: about.dimensions,
    device: "server",
    async embed(texts, { signal } = {}) {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += textsPerRequest)
        vectors.push(...(await embedSome(texts.slice(from, from + textsPerRequest), signal)));
      return vectors;
    },
    close: () => Promise.resolve(),
  };
}

function endpointOf(url: string): URL {
  try {
    const base = new URL(url);
    if (base.protocol === "http:" || base.protocol === "https:") return new URL(`${base.href.replace(/\/+$/, "")}/embeddings`);
  } catch {
    // Told below: the text may hold a secret.
  }
  throw new AdvisorError("CONFIG_INVALID", "The embedding server's url is not one of http or https.", {
    hint: 'Example: "embedding": { "backend": "server", "url": "http://localhost:11434/v1", "model": "nomic-embed-text" }',
  });
}

interface Question {
  readonly texts: readonly string[];
  readonly signal: AbortSignal | null;
}

async function ask(endpoint: URL, options: ServerEmbeddingOptions, { texts, signal }: Question): Promise<unknown> {
  const { model, key, timeoutMs = 60_000, retryMs = 500 } = options;
  for (let attempt = 1; ; attempt++) {
    const timeout = AbortSignal.timeout(timeoutMs);
    let why: string;
    let waitMs = retryMs * 2 ** (attempt - 1);
    try {
      const response = await fetch(endpoint, {
        method: "POST",
        headers: { "content-type": "application/json", ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
        body: JSON.stringify({ model, input: texts, encoding_format: "float" }),
        signal: signal === null ? timeout : AbortSignal.any([signal, timeout]),
      });
      if (response.ok) return parsed(await boundedText(response), endpoint);
      await response.body?.cancel();
      why = `HTTP ${response.status}`;
      if (response.status !== 408 && response.status !== 429 && response.status < 500) throw unavailable(endpoint, why);
      const retryAfterMs = Number(response.headers.get("retry-after") ?? Number.NaN) * 1000;
      if (retryAfterMs >= 0) waitMs = Math.min(retryAfterMs, longestRetryAfterMs);
    } catch (error) {
      if (signal?.aborted) throw new AdvisorError("ABORTED", "Embedding was stopped.", { cause: error });
      if (error instanceof AdvisorError) throw error;
      why = timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : "no connection";
      if (attempt >= mostTries) throw unavailable(endpoint, why, error);
    }
    if (attempt >= mostTries) throw unavailable(endpoint, `${why}, ${mostTries} times`);
    await sleep(waitMs, undefined, signal === null ? {} : { signal }).catch((cause: unknown) => {
      throw new AdvisorError("ABORTED", "Embedding was stopped.", { cause });
    });
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > mostBytes) throw new AdvisorError("MODEL_UNAVAILABLE", "The embedding server's answer is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string, endpoint: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unavailable(endpoint, "the answer is not JSON", cause);
  }
}

/** The vectors by their `index`: servers may give them in any order. */
function inOrder(answer: unknown, id: string): unknown[] {
  const data = typeof answer === "object" && answer !== null && "data" in answer ? answer.data : null;
  if (!Array.isArray(data))
    throw new AdvisorError("MODEL_UNAVAILABLE", `The answer of "${id}" has no "data".`, { hint: "See the server's log." });
  const rows = data.map((each: unknown, at) => {
    const row = typeof each === "object" && each !== null ? each : {};
    return { index: "index" in row && typeof row.index === "number" ? row.index : at, vector: "embedding" in row ? row.embedding : null };
  });
  return rows.toSorted((a, b) => a.index - b.index).map(({ vector }) => vector);
}

function unavailable(endpoint: URL, why: string, cause?: unknown): AdvisorError {
  return new AdvisorError("MODEL_UNAVAILABLE", `The embedding server at ${endpoint.host} does not serve: ${why}.`, {
    hint: "Check its url, the model's name and the key's environment variable (configuration: embedding).",
    ...(cause === undefined ? {} : { cause }),
  });
}
