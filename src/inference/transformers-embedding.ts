import { Worker } from "node:worker_threads";
import type { EmbeddingModel } from "../contract/embedding-model.ts";
import { AdvisorError } from "../errors.ts";
import { type EmbeddingReply, type EmbeddingRequest, embedBatches } from "./embedding-worker.ts";
import { type Device, devicesFor, transformersUrl } from "./local-runtime.ts";
import { findModel, type Precision, readManifest } from "./model-files.ts";
import { firstMessage, workerCalls } from "./worker-calls.ts";

export interface LocalEmbeddingOptions {
  /** A name in the models directory, or a path. */
  readonly model: string;
  readonly modelsDirectory: string;
  readonly precision?: Precision;
  /** `gpu` says why when it cannot be had and goes on on the CPU; `auto` asks for it only where a GPU device is to be seen. */
  readonly device?: Device;
}

/** Padding included: 4,096 keeps a MiniLM under 1 GB (facts/tooling.md section 3). */
const tokensPerBatch = 4096;
/** Longest wait for a model to load; a shader compiler on a software GPU takes seconds. */
const loadTimeoutMs = 120_000;

/** What a local model is without loading it: name, revision and dimensions. Throws as `openLocalEmbedding` does for files and packages. */
export async function describeLocalEmbedding(
  options: LocalEmbeddingOptions,
): Promise<Pick<EmbeddingModel, "id" | "revision" | "dimensions" | "device">> {
  const precision = options.precision ?? "fp32";
  const { name, root, revision } = await findModel(options.model, precision, options.modelsDirectory);
  transformersUrl();
  const dimensions = (await readManifest(root))?.models[name]?.dimensions ?? 0;
  return { id: name, revision: `${revision}-${precision}`, dimensions, device: options.device ?? "auto" };
}

/**
 * A sentence encoder from a local directory, run by transformers.js on onnxruntime in a worker, since inference blocks its thread.
 * Nothing is downloaded. Throws MODEL_UNAVAILABLE, and DEPENDENCY_MISSING when the optional packages are not installed.
 */
export async function openLocalEmbedding(options: LocalEmbeddingOptions): Promise<EmbeddingModel> {
  const precision = options.precision ?? "fp32";
  const files = await findModel(options.model, precision, options.modelsDirectory);
  const module = transformersUrl();
  const { devices, refusals } = devicesFor(options.device ?? "auto");
  for (const device of devices) {
    const worker = new Worker(workerSource(), {
      eval: true,
      workerData: { module, root: files.root, name: files.name, dtype: precision, device, tokensPerBatch },
    });
    const ready = await firstMessage<Ready>(worker, loadTimeoutMs);
    if (ready.kind === "ready") {
      const asked = options.device === "gpu" && device === "cpu" ? ` (no GPU: ${refusals.join("; ")})` : "";
      return host(worker, {
        id: files.name,
        revision: `${files.revision}-${precision}`,
        dimensions: ready.dimensions,
        device: `${device}${asked}`,
      });
    }
    await worker.terminate();
    refusals.push(`${device}: ${ready.message}`);
  }
  throw new AdvisorError("MODEL_UNAVAILABLE", `The model "${options.model}" cannot be run: ${refusals.join("; ")}.`, {
    hint: "Check that it is an encoder exported for transformers.js, or run without a model: --model none",
  });
}

function host(worker: Worker, about: Omit<EmbeddingModel, "embed" | "close">): EmbeddingModel {
  const calls = workerCalls<EmbeddingReply>(worker);
  return {
    ...about,
    async embed(texts, { signal } = {}) {
      if (texts.length === 0) return [];
      if (signal?.aborted) throw stopped();
      const reply = await orAborted(calls.ask({ texts } satisfies Omit<EmbeddingRequest, "id">), signal);
      if (reply.kind === "error") throw new AdvisorError("MODEL_UNAVAILABLE", `The model "${about.id}" failed: ${reply.message}.`);
      return texts.map((_, at) => reply.values.slice(at * reply.dimensions, (at + 1) * reply.dimensions));
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** The worker goes on with a batch that nobody waits for any more. */
async function orAborted<T>(reply: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(stopped());
    signal?.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([reply, aborted]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function stopped(): AdvisorError {
  return new AdvisorError("ABORTED", "Embedding was stopped.");
}

interface Ready {
  readonly kind: "ready";
  readonly dimensions: number;
}

/** The worker's program: see `src/syntax/worker-source.ts` for why it is text. */
function workerSource(): string {
  return `"use strict";
const { parentPort, workerData } = require("node:worker_threads");
const embedBatches = ${String(embedBatches)};
(async () => {
  try {
    const { pipeline, env } = await import(workerData.module);
    env.allowRemoteModels = false;
    env.useFSCache = false;
    env.localModelPath = workerData.root + "/";
    const { device, dtype, name, tokensPerBatch } = workerData;
    const extractor = await pipeline("feature-extraction", name, { device, dtype });
    const { dimensions } = await embedBatches(extractor, ["select"], tokensPerBatch);
    parentPort.on("message", async ({ id, texts }) => {
      try {
        parentPort.postMessage({ id, kind: "vectors", ...(await embedBatches(extractor, texts, tokensPerBatch)) });
      } catch (error) {
        parentPort.postMessage({ id, kind: "error", message: String(error && error.message) });
      }
    });
    parentPort.postMessage({ kind: "ready", dimensions });
  } catch (error) {
    parentPort.postMessage({ kind: "refused", message: String(error && error.message).split("\\n")[0].slice(0, 200) });
  }
})();`;
}
