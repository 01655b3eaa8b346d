import { blockSizeBytes } from "../domain/postgres.ts";
import { dataDirectory, type FileNode, type MemoryFileSystem } from "./memory-file-system.ts";
import { copyPacked, pack, unpack } from "./packed-contents.ts";

/**
 * Lengths and pages of relation files. `path` is what `pg_relation_filepath` returns (`base/5/16384`).
 * A length is a claim: blocks that were never written take no memory. The planner only asks for lengths
 * and reads a few metapages; a scan reads pages that were never written as zeros: an empty page in a heap.
 */
export interface RelationFiles {
  /**
   * Makes the relation `blocks` long (a whole number), with as many 1 GB segments as that needs.
   * When it loses a segment the server may still hold it open: touch the relation's pg_class row
   * afterwards (any UPDATE), which makes the server close its files.
   */
  setPages(path: string, blocks: number): void;
  pages(path: string): number;
  /** A copy of one 8 kB page of the first segment; null past the end; zeros where nothing was ever written. */
  readPage(path: string, block: number): Uint8Array | null;
  /** Writes whole pages from block 0 on and keeps the claimed length when it is longer. */
  writePages(path: string, bytes: Uint8Array): void;
}

/** RELSEG_SIZE of a default build: blocks in one segment file of 1 GB. */
const segmentBlocks = 131_072;

export function openRelationFiles(memory: MemoryFileSystem): RelationFiles {
  const segmentPath = (path: string, segment: number) => `${dataDirectory}/${path}${segment === 0 ? "" : `.${segment}`}`;
  const nodeAt = (path: string, segment: number): FileNode | null => {
    const file = segmentPath(path, segment);
    return memory.analyzePath(file).exists ? memory.lookupPath(file).node : null;
  };
  const segmentNode = (path: string, segment: number): FileNode => {
    const existing = nodeAt(path, segment);
    if (existing !== null) return existing;
    memory.writeFile(segmentPath(path, segment), new Uint8Array(0));
    return memory.lookupPath(segmentPath(path, segment)).node;
  };
  return {
    setPages(path, blocks) {
      // A fractional length makes EXPLAIN spin for ever (measured, facts/shadow.md 5.5).
      const wanted = Math.max(0, Math.round(blocks));
      const segments = Math.max(1, Math.ceil(wanted / segmentBlocks));
      for (let segment = 0; segment < segments; segment++) {
        const node = segmentNode(path, segment);
        node.usedBytes = Math.min(segmentBlocks, wanted - segment * segmentBlocks) * blockSizeBytes;
        pack(node);
      }
      for (let segment = segments; memory.analyzePath(segmentPath(path, segment)).exists; segment++) {
        memory.unlink(segmentPath(path, segment));
      }
    },
    pages(path) {
      let blocks = 0;
      for (let segment = 0; ; segment++) {
        const node = nodeAt(path, segment);
        if (node === null) return blocks;
        blocks += Math.floor(node.usedBytes / blockSizeBytes);
      }
    },
    readPage(path, block) {
      const node = nodeAt(path, 0);
      const start = block * blockSizeBytes;
      if (node === null || node.usedBytes < start + blockSizeBytes) return null;
      const page = new Uint8Array(blockSizeBytes);
      page.set(node.contents.subarray(start, start + blockSizeBytes));
      copyPacked(node.contents, page, start);
      return page;
    },
    writePages(path, bytes) {
      const node = segmentNode(path, 0);
      unpack(node);
      if (node.contents.length < bytes.length) {
        const grown = new Uint8Array(bytes.length);
        grown.set(node.contents.subarray(0, Math.min(node.contents.length, node.usedBytes)));
        node.contents = grown;
      }
      node.contents.set(bytes, 0);
      node.usedBytes = Math.max(node.usedBytes, bytes.length);
    },
  };
}
