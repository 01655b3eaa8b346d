import { createRequire } from "node:module";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { AdvisorError } from "../errors.ts";

/** One row of values, asked for without giving up the thread: for the few places that cannot wait. */
export interface SyncQuery {
  /** First row as an array; undefined when there is none. Throws an error with the server's SQLSTATE in `code`. */
  row(sql: string, parameters: readonly unknown[]): readonly unknown[] | undefined;
  close(): Promise<void>;
}

type Reply = { readonly row?: readonly unknown[]; readonly error?: { readonly message: string; readonly code: string | null } };

const timeoutMs = 30_000;

/** A second connection in a thread of its own, which answers while this one sleeps. */
export async function openSyncQuery(config: Readonly<Record<string, unknown>>): Promise<SyncQuery> {
  const { port1: near, port2: far } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(program, {
    eval: true,
    execArgv: [],
    workerData: { driver: createRequire(import.meta.url).resolve("pg"), config, signal, port: far },
    transferList: [far],
  });
  worker.unref();
  await new Promise<void>((resolve, reject) => {
    near.once("message", (reply: Reply) => (reply.error ? reject(new AdvisorError("CONNECTION_FAILED", reply.error.message)) : resolve()));
    worker.once("error", reject);
  });
  near.unref();
  return {
    row: (sql, parameters) => ask(near, signal, { sql, parameters }),
    async close() {
      near.close();
      await worker.terminate();
    },
  };
}

function ask(port: MessagePort, signal: Int32Array, question: { readonly sql: string; readonly parameters: readonly unknown[] }) {
  Atomics.store(signal, 0, 0);
  port.postMessage(question);
  if (Atomics.wait(signal, 0, 0, timeoutMs) === "timed-out")
    throw new AdvisorError("CONNECTION_FAILED", "The server of --shadow-url does not answer.");
  // Our own program wrote it.
  const reply = receiveMessageOnPort(port)?.message as Reply | undefined;
  if (reply?.error) throw Object.assign(new Error(reply.error.message), reply.error.code === null ? {} : { code: reply.error.code });
  return reply?.row;
}

const program = `"use strict";
const { workerData } = require("node:worker_threads");
const pg = require(workerData.driver);
const { signal, port, config } = workerData;
const failure = (error) => ({ error: { message: error.message, code: error.code ?? null } });
const client = new pg.Client(config);
client.on("error", () => {});
client.connect().then(() => port.postMessage({}), (error) => port.postMessage(failure(error)));
port.on("message", async ({ sql, parameters }) => {
  let reply;
  try {
    const result = await client.query({ text: sql, values: [...parameters], rowMode: "array" });
    reply = result.rows[0] === undefined ? {} : { row: result.rows[0] };
  } catch (error) {
    reply = failure(error);
  }
  port.postMessage(reply);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});`;
