import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { AdvisorError } from "../errors.ts";
import { driveLibPgQuery } from "./libpg-query.ts";
import { answerRequest } from "./parser-worker.ts";
import { drivePgQuery } from "./pg-query.ts";

/**
 * The parser worker's program. A worker entry must be a file Node can load, and Node 20 loads no TypeScript; so the worker gets
 * the text of three self-contained, type-checked functions, and runs the same from sources, from `dist` and when installed. It answers once before it is ready, so that no statement pays for compiling.
 */
export function workerSource(): string {
  return `"use strict";
const { parentPort, workerData } = require("node:worker_threads");
const drivePgQuery = ${String(drivePgQuery)};
const driveLibPgQuery = ${String(driveLibPgQuery)};
const answerRequest = ${String(answerRequest)};
// With nothing to wait for, the event loop would stand still until V8 has optimised all of both grammars (half a second, measured).
parentPort.ref();
(async () => {
  const { default: PgQuery } = await import(workerData.pgQuery);
  const { default: libPgQuery } = await import(workerData.libPgQuery);
  await libPgQuery.loadModule();
  const engines = [drivePgQuery(await new PgQuery()), driveLibPgQuery(libPgQuery)];
  const answer = (request) => answerRequest(request, engines, workerData.maxLevels);
  answer({ text: "select 1", compact: "select 1", tree: true, fingerprint: true, normalized: true });
  parentPort.on("message", (request) => parentPort.postMessage(answer(request)));
  parentPort.postMessage("ready");
})();`;
}

/** File URLs of the two grammars, wherever npm put them. Throws DEPENDENCY_MISSING. */
export function grammarUrls(): { readonly pgQuery: string; readonly libPgQuery: string } {
  const { resolve } = createRequire(import.meta.url);
  try {
    return {
      // The package's default file is asm.js, five to thirty times slower; this one is WebAssembly.
      pgQuery: pathToFileURL(resolve("pg-query-emscripten/pg_query_wasm.js")).href,
      libPgQuery: pathToFileURL(resolve("libpg-query")).href,
    };
  } catch (cause) {
    throw new AdvisorError("DEPENDENCY_MISSING", "The SQL grammars are not installed.", { hint: "Run: npm install", cause });
  }
}
