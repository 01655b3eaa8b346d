import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AdvisorError } from "../errors.ts";
import type { OutputFile } from "./format.ts";

/**
 * Writes all files or none, and never over one that is there. Gives their paths. Throws INPUT_INVALID for one that is there or cannot be
 * written; what was written before it is taken away again.
 */
export async function writeFiles(folder: string, files: readonly OutputFile[]): Promise<string[]> {
  const written: string[] = [];
  try {
    for (const file of files) {
      const path = join(folder, file.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.text, { flag: "wx" });
      written.push(path);
    }
    return written;
  } catch (cause) {
    for (const path of written) await rm(path, { force: true });
    const { code, path } = cause as NodeJS.ErrnoException; // fs rejects with a system error
    const why = code === "EEXIST" ? "it is there already" : (code ?? "unknown error");
    throw new AdvisorError("INPUT_INVALID", `Cannot write "${path ?? folder}": ${why}.`, {
      hint:
        code === "EEXIST"
          ? "Nothing was written. Move that file away, or name another folder with --out."
          : "Name a folder that you may write to with --out.",
      cause,
    });
  }
}
