import type { EmbeddingModel } from "../contract/embedding-model.ts";
import { withDeadline } from "../deadline.ts";
import { AdvisorError } from "../errors.ts";
import { mayPass, networkReason, retryAfterMs } from "../http-retry.ts";
import { modelOfService } from "./in-parts.ts";
import { persistently, TryAgain } from "./persist.ts";

export interface ServerEmbeddingOptions {
  /** Base of the API, with its version: `http://localhost:11434/v1`. */
  readonly url: string;
  readonly model: string;
  /** Sent as a bearer token; null: none. */
  readonly key: string | null;
  /** Longest single request. */
  readonly timeoutMs?: number;
  /** Wait before the first retry; each later one waits four times as long. */
  readonly retryMs?: number;
  readonly signal?: AbortSignal;
}

/** Texts of one request: below what the common servers take (OpenAI 2,048, Ollama and llama.cpp by memory). */
const textsPerRequest = 64;
/** 64 vectors of 4,096 numbers of 24 characters, and room. */
const mostBytes = 16 * 1024 * 1024;

/**
 * A model behind `/v1/embeddings`, the surface that OpenAI, Ollama, llama.cpp, vLLM and LM Studio share
 * (https://platform.openai.com/docs/api-reference/embeddings). Tries again on 408, 425, 429, 5xx and lost connections; throws
 * MODEL_UNAVAILABLE for anything else, ABORTED by the signal. Messages never hold the key.
 */
export async function openServerEmbedding(options: ServerEmbeddingOptions): Promise<EmbeddingModel> {
  const endpoint = endpointOf(options.url);
  const id = `${options.model} at ${endpoint.host}`;
  const gaveUp = (last: TryAgain, tries: number) => unavailable(endpoint, `${last.message}${tries > 1 ? `, ${tries} times` : ""}`, last);
  return modelOfService({
    id,
    device: "server",
    textsAtOnce: textsPerRequest,
    async ask(texts, own) {
      const signals = [options.signal, own].filter((each) => each !== undefined);
      const signal = signals.length === 0 ? undefined : AbortSignal.any(signals);
      const work = () => ask(endpoint, options, texts, signal);
      return inOrder(await persistently(work, { gaveUp, signal, firstWaitMs: options.retryMs }), id);
    },
    close: () => Promise.resolve(),
  });
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

/** One request. Throws TryAgain for what may pass, MODEL_UNAVAILABLE for what will not. */
async function ask(endpoint: URL, options: ServerEmbeddingOptions, texts: readonly string[], signal?: AbortSignal): Promise<unknown> {
  const { model, key, timeoutMs = 60_000 } = options;
  try {
    return await withDeadline(signal ?? null, timeoutMs, async (deadline) => {
      const response = await fetch(endpoint, {
        method: "POST",
        // A redirect would take the key, and the statements, elsewhere.
        redirect: "error",
        headers: { "content-type": "application/json", ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
        body: JSON.stringify({ model, input: texts, encoding_format: "float" }),
        signal: deadline,
      });
      if (response.ok) return parsed(await boundedText(response), endpoint);
      await response.body?.cancel();
      const why = `HTTP ${response.status}`;
      throw mayPass(response.status) ? new TryAgain(why, retryAfterMs(response.headers)) : unavailable(endpoint, why);
    });
  } catch (error) {
    if (error instanceof AdvisorError || error instanceof TryAgain) throw error;
    const isLate = error instanceof Error && error.name === "TimeoutError";
    throw new TryAgain(isLate ? `no answer within ${timeoutMs / 1000} s` : networkReason(error), null, error);
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
