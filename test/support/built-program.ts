import { execFileSync, type SpawnSyncReturns } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** The program compiled from the sources as they are, in a folder of its own: what only a process of its own can show needs one. */
export interface BuiltProgram {
  /** For `node`. */
  readonly main: string;
  readonly folder: string;
  remove(): void;
}

/** Compiles without checking types, which other tests do: a second or two. */
export function buildProgram(): BuiltProgram {
  const folder = mkdtempSync(join(tmpdir(), "plansmith-built-"));
  for (const name of ["node_modules", "corpus", "models"]) symlinkSync(join(root, name), join(folder, name));
  for (const name of ["package.json", "report.schema.json"]) cpSync(join(root, name), join(folder, name));
  try {
    execFileSync(process.execPath, [
      join(root, "node_modules/typescript/bin/tsc"),
      "-p",
      join(root, "tsconfig.build.json"),
      "--noCheck",
      "--outDir",
      join(folder, "dist"),
    ]);
  } catch (error) {
    rmSync(folder, { recursive: true });
    const { stdout } = error as SpawnSyncReturns<Buffer>; // execFileSync's error
    throw new Error(`the program does not compile: ${stdout.toString()}`);
  }
  return { main: join(folder, "dist/src/cli/main.js"), folder, remove: () => rmSync(folder, { recursive: true }) };
}
