import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The program as it is installed, for tests that need whole processes: Node 20 runs no TypeScript. */
export interface BuiltProgram {
  /** For `node`. */
  readonly main: string;
  readonly folder: string;
  remove(): Promise<void>;
}

const root = join(import.meta.dirname, "../..");

/** Compiles the sources as they are now into a folder of its own. */
export async function buildProgram(): Promise<BuiltProgram> {
  const folder = await mkdtemp(join(tmpdir(), "plansmith-built-"));
  const dist = join(folder, "dist");
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [
    tsc,
    "-p",
    join(root, "tsconfig.build.json"),
    "--outDir",
    dist,
    "--noCheck",
    "--declaration",
    "false",
  ]);
  for (const name of ["node_modules", "corpus", "models"]) await symlink(join(root, name), join(folder, name));
  for (const name of ["package.json", "report.schema.json"]) await copyFile(join(root, name), join(folder, name));
  return { main: join(dist, "src/cli/main.js"), folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
