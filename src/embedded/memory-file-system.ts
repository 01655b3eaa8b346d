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
}

/** PGlite's PGDATA and installation root inside that file system. */
export const dataDirectory = "/pglite/data";
export const installationRoot = "/pglite";
