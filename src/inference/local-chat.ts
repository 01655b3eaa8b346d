import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { LanguageModel } from "../contract/language-model.ts";
import { AdvisorError } from "../errors.ts";
import type { ChatReply, ChatRequest, WorkerReady } from "./chat-worker.ts";
import { chatWorkerSource } from "./chat-worker.ts";
import { type Device, devicesFor, transformersUrl } from "./local-runtime.ts";
import { findModel, type Precision } from "./model-files.ts";
import { readAnswer } from "./read-answer.ts";
import { firstMessage, workerCalls } from "./worker-calls.ts";

export interface LocalChatOptions {
  /** A name in the models directory, or a path. */
  readonly model: string;
  readonly modelsDirectory: string;
  /** Default fp32, else what is there. */
  readonly precision?: Precision;
  readonly device?: Device;
}

/** Longest wait for a model to load: some gigabytes from a slow disk. */
const loadTimeoutMs = 300_000;

/**
 * A causal language model exported for transformers.js, from a local directory, in a worker. Nothing is downloaded. Each token is the
 * likeliest by which a JSON text of the schema goes on, so that equal questions get equal answers, and none of another shape. Throws
 * MODEL_UNAVAILABLE, and DEPENDENCY_MISSING when the optional packages are not installed.
 */
export async function openLocalChat(options: LocalChatOptions): Promise<LanguageModel> {
  const { files, precision } = await filesOf(options);
  const module = transformersUrl();
  const tokenizer = await readFile(join(files.root, files.name, "tokenizer.json"), "utf8");
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const { devices, refusals } = devicesFor(options.device ?? "auto");
  for (const device of devices) {
    const workerData = { module, root: files.root, name: files.name, dtype: precision, device, tokenizer, stop };
    const worker = new Worker(chatWorkerSource(), { eval: true, workerData });
    const ready = await firstMessage<WorkerReady>(worker, loadTimeoutMs);
    if (ready.kind === "ready") {
      const why = options.device === "gpu" && device === "cpu" ? `; no GPU: ${refusals.join("; ")}` : "";
      return host(worker, stop, { id: `local:${files.name}`, description: `this machine (${device}, ${precision}${why})` });
    }
    await worker.terminate();
    refusals.push(`${device}: ${ready.message}`);
  }
  throw new AdvisorError("MODEL_UNAVAILABLE", `The model "${options.model}" cannot be run: ${refusals.join("; ")}.`, {
    hint: "Check that it is a text-generation model exported for transformers.js, or run without a model: --model none",
  });
}

async function filesOf({ model, modelsDirectory, precision }: LocalChatOptions) {
  if (precision !== undefined) return { precision, files: await findModel(model, precision, modelsDirectory) };
  try {
    return { precision: "fp32" as const, files: await findModel(model, "fp32", modelsDirectory) };
  } catch (error) {
    if (!(error instanceof AdvisorError)) throw error;
    // Large models are often kept in int8 alone; what is missing then is told of the first.
    const files = await findModel(model, "q8", modelsDirectory).catch(() => null);
    if (files === null) throw error;
    return { precision: "q8" as const, files };
  }
}

function host(worker: Worker, stop: Int32Array, about: Pick<LanguageModel, "id" | "description">): LanguageModel {
  const calls = workerCalls<ChatReply>(worker);
  const ask = async (request: Omit<ChatRequest, "id">, signal: AbortSignal | undefined) => {
    Atomics.store(stop, 0, 0);
    // Seen between two tokens: the worker's own thread is busy and hears no message.
    const end = () => Atomics.store(stop, 0, 1);
    signal?.addEventListener("abort", end, { once: true });
    try {
      return await calls.ask(request);
    } finally {
      signal?.removeEventListener("abort", end);
    }
  };

  return {
    ...about,
    async complete(messages, { schema, maxTokens, signal }) {
      if (signal?.aborted) throw stopped();
      const reply = await ask({ messages, schema: JSON.stringify(z.toJSONSchema(schema)), maxTokens }, signal);
      if (reply.kind === "stopped") throw stopped();
      if (reply.kind === "error") throw new AdvisorError("MODEL_UNAVAILABLE", `The model "${about.id}" failed: ${reply.message}.`);
      const usage = { promptTokens: reply.promptTokens, completionTokens: reply.completionTokens, requests: 1 };
      if (reply.cut !== null) return { kind: "unusable", why: reply.cut, usage };
      const answer = readAnswer(reply.text, schema);
      return answer.kind === "value" ? { kind: "answered", value: answer.value, usage } : { kind: "unusable", why: answer.why, usage };
    },
    async close() {
      await worker.terminate();
    },
  };
}

function stopped(): AdvisorError {
  return new AdvisorError("ABORTED", "The model was told to stop.");
}
