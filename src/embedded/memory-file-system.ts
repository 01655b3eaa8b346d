import { copyPacked, unpack } from "./packed-contents.ts";

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
  /** One object for all files of the file system, and so is the next. */
  readonly stream_ops: StreamOperations;
  readonly node_ops: NodeOperations;
}

interface Stream {
  readonly node: FileNode;
}

interface StreamOperations {
  read(stream: Stream, buffer: Uint8Array, offset: number, length: number, position: number): number;
  write(stream: Stream, buffer: Uint8Array, offset: number, length: number, position: number, canOwn?: boolean): number;
}

interface NodeOperations {
  setattr(node: FileNode, attributes: { readonly size?: number }): void;
}

/**
 * Makes the part of a file that is claimed and not held read as zeros. Emscripten leaves the reader's buffer
 * as it was, so that PostgreSQL would take another relation's page for one of this file; a page of zeros is
 * "new" to it: empty in a heap, an error (XX002) in an index. Packed files are read as they are and unpacked when written.
 */
export function readUnheldAsZeros(memory: MemoryFileSystem): void {
  const { stream_ops: operations, node_ops: nodeOperations } = memory.lookupPath(`${dataDirectory}/PG_VERSION`).node;
  const setAttributes = nodeOperations.setattr;
  const readHeld = operations.read;
  const writeHeld = operations.write;
  operations.read = (stream, buffer, offset, length, position) => {
    const bytes = readHeld(stream, buffer, offset, length, position);
    const held = Math.max(0, stream.node.contents.length - position);
    if (held < bytes) buffer.fill(0, offset + held, offset + bytes);
    copyPacked(stream.node.contents, buffer.subarray(offset, offset + bytes), position);
    return bytes;
  };
  operations.write = (stream, buffer, offset, length, position, canOwn) => {
    unpack(stream.node);
    return writeHeld(stream, buffer, offset, length, position, canOwn);
  };
  nodeOperations.setattr = (node, attributes) => {
    if (attributes.size !== undefined) unpack(node);
    setAttributes(node, attributes);
  };
}

/** PGlite's PGDATA and installation root inside that file system. */
export const dataDirectory = "/pglite/data";
export const installationRoot = "/pglite";
