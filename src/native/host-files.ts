import { chownSync, closeSync, existsSync, ftruncateSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { blockSizeBytes } from "../domain/postgres.ts";
import type { RelationFiles } from "../embedded/relation-files.ts";

/** Files of a server's data directory; paths are relative to it. Writes may be kept back until the server is next asked. */
export interface HostFiles {
  /** Null when there is no such file. */
  size(path: string): number | null;
  /** Up to `length` bytes; fewer past the end. */
  read(path: string, from: number, length: number): Uint8Array;
  /** Makes the file when it is not there; keeps what lies behind. */
  write(path: string, bytes: Uint8Array): void;
  /** Makes the file when it is not there; a longer one has a hole that takes no space. */
  truncate(path: string, length: number): void;
  remove(path: string): void;
}

/** RELSEG_SIZE of a default build: blocks in one segment file of 1 GB. */
const segmentBlocks = 131_072;

/** Lengths and pages of relations of a server that is not embedded: sparse files. */
export function nativeRelationFiles(host: HostFiles): RelationFiles {
  const segment = (path: string, number: number) => (number === 0 ? path : `${path}.${number}`);
  return {
    setPages(path, blocks) {
      const wanted = Math.max(0, Math.round(blocks));
      const segments = Math.max(1, Math.ceil(wanted / segmentBlocks));
      for (let number = 0; number < segments; number++)
        host.truncate(segment(path, number), Math.min(segmentBlocks, wanted - number * segmentBlocks) * blockSizeBytes);
      for (let number = segments; host.size(segment(path, number)) !== null; number++) host.remove(segment(path, number));
    },
    pages(path) {
      let blocks = 0;
      for (let number = 0; ; number++) {
        const size = host.size(segment(path, number));
        if (size === null) return blocks;
        blocks += Math.floor(size / blockSizeBytes);
      }
    },
    readPage(path, block) {
      if (host.size(path) === null) return null;
      const page = host.read(path, block * blockSizeBytes, blockSizeBytes);
      return page.length < blockSizeBytes ? null : page;
    },
    writePages: (path, bytes) => host.write(path, bytes),
  };
}

/** Files of a cluster on this machine; new ones belong to the user that the server runs as. */
export function localFiles(dataDirectory: string, owner: { readonly uid: number; readonly gid: number } | null): HostFiles {
  const at = (path: string) => join(dataDirectory, path);
  const opened = <T>(path: string, flags: "r" | "r+", use: (file: number) => T): T => {
    if (flags === "r+" && !existsSync(at(path))) {
      closeSync(openSync(at(path), "wx", 0o600));
      if (owner) chownSync(at(path), owner.uid, owner.gid);
    }
    const file = openSync(at(path), flags);
    try {
      return use(file);
    } finally {
      closeSync(file);
    }
  };
  return {
    size: (path) => statSync(at(path), { throwIfNoEntry: false })?.size ?? null,
    read: (path, from, length) =>
      opened(path, "r", (file) => {
        const bytes = new Uint8Array(length);
        return bytes.subarray(0, readSync(file, bytes, 0, length, from));
      }),
    write: (path, bytes) => opened(path, "r+", (file) => void writeSync(file, bytes, 0, bytes.length, 0)),
    truncate: (path, length) => opened(path, "r+", (file) => ftruncateSync(file, length)),
    remove: (path) => rmSync(at(path), { force: true }),
  };
}
