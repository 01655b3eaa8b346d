import { Worker } from "node:worker_threads";
import { AdvisorError } from "../errors.ts";
import type { ParserReply, ParserRequest } from "./parser-worker.ts";
import { grammarUrls, workerSource } from "./worker-source.ts";

export type HostOutcome =
  | { readonly kind: "answered"; readonly reply: ParserReply }
  | { readonly kind: "timeout" }
  | { readonly kind: "crashed"; readonly message: string };

export interface ParserHost {
  /** Answers in the order asked. Never rejects: a dead worker is an outcome, and the next question gets a new one. */
  ask(request: ParserRequest): Promise<HostOutcome>;
  close(): Promise<void>;
}

export interface HostLimits {
  readonly timeoutMs: number;
  /** Deepest tree that may cross, in levels of objects and arrays. */
  readonly maxLevels: number;
}

/**
 * Runs the grammars in a worker thread: C code that loops or overflows its stack then costs one statement and not the process.
 * The worker keeps the process alive only while a question is open. Rejects when the first worker does not come up.
 */
export async function openParserHost(limits: HostLimits): Promise<ParserHost> {
  let worker: Worker | null = await startWorker(limits);
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function dismiss(): Promise<void> {
    const leaving = worker;
    worker = null;
    await leaving?.terminate();
  }

  async function answer(request: ParserRequest): Promise<HostOutcome> {
    if (closed) return { kind: "crashed", message: "the parser is closed" };
    try {
      worker ??= await startWorker(limits);
    } catch (error) {
      return { kind: "crashed", message: error instanceof Error ? error.message : String(error) };
    }
    const outcome = await askOnce(worker, request, limits.timeoutMs);
    // An engine that threw has not restored its C stack: 25 RangeErrors later every call fails (measured).
    if (outcome.kind !== "answered" || outcome.reply.broken !== null) await dismiss();
    return outcome;
  }

  return {
    ask(request) {
      const mine = turn.then(() => answer(request));
      turn = mine;
      return mine;
    },
    async close() {
      closed = true;
      await dismiss();
    },
  };
}

async function startWorker(limits: HostLimits): Promise<Worker> {
  const worker = new Worker(workerSource(), {
    eval: true,
    workerData: { ...grammarUrls(), maxLevels: limits.maxLevels },
    // 16 MB of stack take 100,000 chained operators (measured); the heap limit turns a runaway into one lost statement.
    resourceLimits: { stackSizeMb: 16, maxOldGenerationSizeMb: 1024 },
    execArgv: [],
    // Emscripten prints its abort messages; the host reports them as outcomes instead. Nobody reads these streams: reading would
    // keep the process alive.
    stdout: true,
    stderr: true,
  });
  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", (cause) =>
      reject(new AdvisorError("DEPENDENCY_MISSING", "The SQL grammars do not load.", { hint: "Run: npm install", cause })),
    );
  });
  worker.removeAllListeners("error");
  worker.unref();
  return worker;
}

function askOnce(worker: Worker, request: ParserRequest, timeoutMs: number): Promise<HostOutcome> {
  return new Promise((resolve) => {
    const finish = (outcome: HostOutcome) => {
      stopClock();
      for (const event of ["message", "messageerror", "error", "exit"]) worker.removeAllListeners(event);
      // A worker that is being terminated may still fail; with nobody listening that would end the process.
      worker.on("error", () => {});
      worker.unref();
      resolve(outcome);
    };
    const stopClock = startClock(timeoutMs, () => finish({ kind: "timeout" }));
    worker.removeAllListeners("error");
    worker.once("message", (reply: ParserReply) => finish({ kind: "answered", reply }));
    worker.once("messageerror", (error) => finish({ kind: "crashed", message: error.message }));
    worker.once("error", (error) => finish({ kind: "crashed", message: error.message }));
    worker.once("exit", (code) => finish({ kind: "crashed", message: `the parser stopped with exit code ${code}` }));
    worker.ref();
    worker.postMessage(request);
  });
}

/**
 * Calls `onTimeout` once the process has *computed* for `timeoutMs` since now, or after ten times that on the clock: on a busy
 * machine a starved worker is not a stuck one. Whoever blocked this thread meanwhile gets one turn of the event loop, so that an
 * answer that already waits is not taken for a timeout. Returns the stop function.
 */
function startClock(timeoutMs: number, onTimeout: () => void): () => void {
  const cpuAtStart = process.cpuUsage();
  const startedAt = performance.now();
  let stopped = false;
  let timer: NodeJS.Timeout;
  const check = () => {
    const { user, system } = process.cpuUsage(cpuAtStart);
    const left = timeoutMs - (user + system) / 1000;
    if (left > 0 && performance.now() - startedAt < 10 * timeoutMs) timer = setTimeout(check, Math.max(left, 10));
    else setImmediate(() => stopped || onTimeout());
  };
  timer = setTimeout(check, timeoutMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
