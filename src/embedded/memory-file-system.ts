/** Emscripten's in-memory file system as far as we use it; PGlite exposes it untyped as `Module.FS`. */
export interface MemoryFileSystem {
  analyzePath(path: string): { readonly exists: boolean };
  lookupPath(path: string): { readonly node: FileNode };
  mkdirTree(path: string): void;
  writeFile(path: string, content: Uint8Array): void;
  unlink(path: string): void;
}

/** A file: `usedBytes` is its length, `contents` the bytes really held, which may be fewer or more. */
export interface FileNode {
  usedBytes: number;
  contents: Uint8Array;
  /** One object for all files of the file system. */
  readonly stream_ops: StreamOperations;
}

interface StreamOperations {
  read(stream: { readonly node: FileNode }, buffer: Uint8Array, offset: number, length: number, position: number): number;
}

/**
 * Makes the part of a file that is claimed and not held read as zeros. Emscripten leaves the reader's buffer
 * as it was, so that PostgreSQL would take another relation's page for one of this file; a page of zeros is
 * "new" to it: empty in a heap, an error (XX002) in an index.
 */
export function readUnheldAsZeros(memory: MemoryFileSystem): void {
  const operations = memory.lookupPath(`${dataDirectory}/PG_VERSION`).node.stream_ops;
  const readHeld = operations.read;
  operations.read = (stream, buffer, offset, length, position) => {
    const bytes = readHeld(stream, buffer, offset, length, position);
    const held = Math.max(0, stream.node.contents.length - position);
    if (held < bytes) buffer.fill(0, offset + held, offset + bytes);
    return bytes;
  };
}

/** PGlite's PGDATA and installation root inside that file system. */
export const dataDirectory = "/pglite/data";
export const installationRoot = "/pglite";
