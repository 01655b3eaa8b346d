import { readFile, realpath } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";

/** A file's bytes; where `unreadable` is set there are none, and it says why, to follow the file's name. */
export interface FileBytes {
  readonly content: Uint8Array;
  readonly unreadable?: string;
}

/**
 * Reads a file, and a symbolic link where it leads to one inside a folder of `roots`: a branch under review may hold a link to
 * anything, and what it leads to would be printed. Never throws for what the file system refuses.
 */
export async function readWithin(roots: readonly string[], path: string): Promise<FileBytes> {
  try {
    const real = await realpath(path);
    const folders = await Promise.all(roots.map((root) => realpath(root)));
    if (!folders.some((folder) => isBelow(folder, real)))
      return { content: new Uint8Array(), unreadable: "is a symbolic link that leads elsewhere: it is not followed" };
    return { content: await readFile(real) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : null;
    if (code === null) throw error;
    return { content: new Uint8Array(), unreadable: reasons[code] ?? `cannot be read (${code})` };
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "is not there: it went away, or is a symbolic link to nothing",
  EACCES: "cannot be read: permission denied",
  EPERM: "cannot be read: permission denied",
  EISDIR: "is a folder",
  ELOOP: "is a symbolic link that leads to itself",
};

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}
