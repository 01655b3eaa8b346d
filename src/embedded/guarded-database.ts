import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { AdvisorError } from "../errors.ts";
import { loadTemplate } from "./boot-template.ts";
import { provideExtension } from "./bundled-extensions.ts";
import type { CollationClass, EmbeddedDatabase } from "./embedded-database.ts";
import { answerGuarded, type GuardedStep, type StepResult, type WorkerReply, type WorkerRequest } from "./guarded-worker.ts";
import type { MemoryFileSystem } from "./memory-file-system.ts";

export type { GuardedStep, StepResult } from "./guarded-worker.ts";

/** An embedded PostgreSQL in a thread of its own, which is ended when a statement takes too long: PGlite knows no timeout. */
export interface GuardedDatabase extends EmbeddedDatabase {
  /**
   * Runs the steps one after another, a refused one too. Null when they computed for longer than `timeoutMs` or the server died: the
   * database is gone then, `alive` is false and every later call gives null.
   */
  steps(steps: readonly GuardedStep[], timeoutMs: number): Promise<readonly StepResult[] | null>;
  readonly alive: boolean;
}

export interface GuardedOptions {
  readonly collation?: CollationClass;
  readonly cacheDirectory?: string | null;
  /** For each call but `steps`, which brings its own. Default 30 s. */
  readonly timeoutMs?: number;
}

/** Boots in about 0.5 s; the caller closes it. Throws INTERNAL when the worker does not come up. */
export async function bootGuarded(options: GuardedOptions = {}): Promise<GuardedDatabase> {
  const template = await (await loadTemplate(options.collation ?? "c", options.cacheDirectory)).arrayBuffer();
  const worker = await startWorker(template);
  const usualMs = options.timeoutMs ?? 30_000;
  let alive = true;
  let turn: Promise<unknown> = Promise.resolve();

  const ask = (request: WorkerRequest, timeoutMs: number): Promise<WorkerReply | null> => {
    const mine = turn.then(async () => {
      if (!alive) return null;
      const reply = await askOnce(worker, request, timeoutMs);
      if (reply === null) {
        alive = false;
        await worker.terminate();
      }
      return reply;
    });
    turn = mine;
    return mine;
  };
  const query = async (step: GuardedStep): Promise<readonly object[]> => {
    const reply = await ask({ kind: "query", step }, usualMs);
    if (reply?.kind === "query") return reply.rows;
    throw refusal(reply?.kind === "error" ? reply : null);
  };
  const steps = async (all: readonly GuardedStep[], timeoutMs: number) => {
    const reply = await ask({ kind: "steps", steps: all }, timeoutMs);
    if (reply?.kind === "error") throw refusal(reply);
    return reply?.kind === "steps" ? reply.results : null;
  };
  const close = async () => {
    alive = false;
    await worker.terminate();
  };
  const memory = remoteFiles((request) => void ask(request, usualMs));
  const [version] = (await query({ sql: "select current_setting('server_version_num')::int as number" })) as { number: number }[];

  return {
    get alive() {
      return alive;
    },
    steps,
    versionNumber: version!.number,
    session: {
      // The caller names the shape of its own rows, as with the pg driver.
      query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
        (await query(parameters === undefined ? { sql } : { sql, parameters })) as Row[],
      close,
    },
    async run(sql, options) {
      const results = await steps([{ sql }], usualMs);
      const [result] = results ?? [];
      if (result?.kind !== "rows") throw refusal(result ?? null);
      for (const { severity, message } of result.notices ?? []) options?.onNotice?.(severity, message);
    },
    async scalar(sql) {
      const [row] = await query({ sql });
      return row === undefined ? undefined : Object.values(row)[0];
    },
    provideExtension: (name) => provideExtension(memory, name),
    files: notHere,
    close,
  };
}

/** A statement may take this many times its limit on the clock while it gets no processor. */
const starvedFactor = 3;

/** The worker's program; see worker-source.ts of the parser for why it is text. */
const program = `"use strict";
const { parentPort, workerData } = require("node:worker_threads");
const answer = ${String(answerGuarded)};
(async () => {
  const { PGlite } = await import(workerData.pglite);
  const postgres = await PGlite.create({
    loadDataDir: new Blob([workerData.template]),
    startParams: [...PGlite.defaultStartParams, "-c", "shared_buffers=16MB"],
    parsers: { 20: (text) => text },
  });
  const parsers = postgres.parsers;
  parentPort.on("message", async (request) => parentPort.postMessage(await answer(postgres, request, parsers)));
  parentPort.postMessage("ready");
})();`;

async function startWorker(template: ArrayBuffer): Promise<Worker> {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const worker = new Worker(program, {
    eval: true,
    workerData: { pglite: pathToFileURL(join(dirname(entry), "index.js")).href, template },
    transferList: [template],
    // Deep statements recurse in PostgreSQL, whose C stack is this thread's; rows come back through the heap.
    resourceLimits: { stackSizeMb: 32, maxOldGenerationSizeMb: 2048 },
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", (cause) =>
      reject(new AdvisorError("INTERNAL", "The embedded PostgreSQL did not start in its thread.", { cause })),
    );
  });
  worker.removeAllListeners("error");
  worker.on("error", () => {}); // a dying worker is an answer of null, not the end of the process
  worker.unref();
  return worker;
}

function askOnce(worker: Worker, request: WorkerRequest, timeoutMs: number): Promise<WorkerReply | null> {
  return new Promise((resolve) => {
    const finish = (reply: WorkerReply | null) => {
      clearInterval(timer);
      worker.off("message", finish);
      worker.off("error", died);
      worker.off("exit", died);
      worker.unref();
      resolve(reply);
    };
    const died = () => finish(null);
    // Computing time counts, the worker's among it: on a busy machine a starved statement is not an endless one.
    const cpuAtStart = process.cpuUsage();
    const startedAt = performance.now();
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(cpuAtStart);
      if ((user + system) / 1000 > timeoutMs || performance.now() - startedAt > starvedFactor * timeoutMs) died();
    }, 100);
    worker.on("message", finish);
    worker.on("error", died);
    worker.on("exit", died);
    worker.ref();
    worker.postMessage(request);
  });
}

function refusal(reply: { readonly sqlState: string | null; readonly message: string } | null): Error {
  if (reply === null) return new AdvisorError("BACKEND_UNSUPPORTED", "The embedded PostgreSQL took too long and was stopped.");
  const error = new Error(reply.message);
  return reply.sqlState === null ? error : Object.assign(error, { code: reply.sqlState });
}

/** Knows what was sent; the worker writes it. */
function remoteFiles(send: (request: WorkerRequest) => void): MemoryFileSystem {
  const sent = new Set<string>();
  const nothing = new Uint8Array(0);
  return {
    analyzePath: (path) => ({ exists: sent.has(path) }),
    mkdirTree: (path) => send({ kind: "file", path, folder: true, content: nothing }),
    writeFile(path, content) {
      sent.add(path);
      send({ kind: "file", path, folder: false, content });
    },
    lookupPath: notThere,
    unlink: notThere,
  };
}

function notThere(): never {
  throw new AdvisorError("INTERNAL", "The files of a database in another thread are out of reach.");
}

const notHere: EmbeddedDatabase["files"] = { setPages: notThere, pages: notThere, readPage: notThere, writePages: notThere };
