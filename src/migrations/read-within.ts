import { readFile, realpath } from "node:fs/promises";
import { dirname } from "node:path";

/** A file's bytes; where `unreadable` is set there are none, and it says why, to follow the file's name. */
export interface FileBytes {
  readonly content: Uint8Array;
  readonly unreadable?: string;
}

/**
 * Reads a file, and a symbolic link where it leads to a file of `roots` or one inside a folder of them (each as realpath() has it): a
 * branch under review may hold a link to anything, and what it leads to would be printed. Never throws for what the file system refuses.
 */
export async function readWithin(roots: ReadonlySet<string>, path: string): Promise<FileBytes> {
  try {
    const real = await realpath(path);
    if (!isBelow(roots, real))
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

function isBelow(roots: ReadonlySet<string>, path: string): boolean {
  const above = dirname(path);
  return roots.has(path) || (above !== path && isBelow(roots, above));
}
