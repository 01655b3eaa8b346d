import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { AdvisorError } from "../errors.ts";

/** A place for the result, checked before the work begins. */
export interface Output {
  write(text: string): Promise<void>;
  /** Leaves no trace when nothing was written. */
  discard(): Promise<void>;
}

/**
 * Opens the file to write to, or stdout when `path` is absent. A file appears whole or not at all; it replaces what was
 * there. Throws INPUT_INVALID before any work when it could not be written.
 */
export async function openOutput(path: string | undefined): Promise<Output> {
  if (path === undefined || path === "-") return { write: writeStdout, discard: async () => {} };
  const target = await followLinks(resolve(path));
  const existing = await stat(target).catch(() => null);
  if (existing?.isDirectory()) throw cannotWrite(path, "EISDIR");
  // A device or a pipe is written into; renaming over it would remove it.
  if (existing && !existing.isFile()) return { write: (text) => guarded(path, () => writeFile(target, text)), discard: async () => {} };
  return openFile(path, target);
}

async function openFile(path: string, target: string): Promise<Output> {
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomBytes(6).toString("hex")}.tmp`);
  await guarded(path, async () => (await open(temporary, "wx", 0o644)).close());
  return {
    write: (text) =>
      guarded(path, async () => {
        await writeFile(temporary, text);
        await rename(temporary, target);
      }),
    discard: () => rm(temporary, { force: true }),
  };
}

async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path; // not there yet: nothing to follow
  }
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cannotWrite(path, (cause as NodeJS.ErrnoException).code ?? "unknown error", cause); // fs rejects with a system error
  }
}

const reasons: Readonly<Record<string, string>> = {
  EISDIR: "it is a directory",
  ENOENT: "its directory does not exist, or takes no files",
  ENOTDIR: "a part of its path is not a directory",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ENAMETOOLONG: "the name is too long",
};

function cannotWrite(path: string, code: string, cause?: unknown): AdvisorError {
  return new AdvisorError("INPUT_INVALID", `Cannot write "${path}": ${reasons[code] ?? code}.`, {
    hint: "Name a file in a directory you may write to with -o.",
    cause,
  });
}

/** Resolves when the text is out, or nobody reads any more. */
function writeStdout(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text, () => done());
  });
}
