#!/usr/bin/env node
import module from "node:module";
import { describeError, exitWith, printError } from "./errors.ts";

// Node 22.1 and later keep compiled code between runs; Node 20's types do not know it.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
// A reader that goes away (`| head`) is no error: the exit code stays what the run found.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

try {
  const { run, settings } = await import("@oclif/core");
  // Commands are found in the build; oclif's own search for TypeScript sources would need a compiler at run time.
  settings.enableAutoTranspile = false;
  const result = await run(process.argv.slice(2), import.meta.url);
  await exitWith(typeof result === "number" ? result : 0);
} catch (error) {
  const described = describeError(error);
  printError(error, described);
  await exitWith(described.exitCode);
}
