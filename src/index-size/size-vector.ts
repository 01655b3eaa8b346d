import { blockSizeBytes } from "../domain/postgres.ts";
import { type IndexColumn, type IndexShape, type IndexSize, indexSize, lineBytes, maxAligned } from "./index-shape.ts";

const usableBytes = blockSizeBytes - 24 - 8;
/** pgvector defaults. */
const defaultConnections = 16;
const defaultLists = 100;
/** hnsw.h: element tuple header before the vector; neighbour tuple header. */
const elementHeaderBytes = 72;
const vectorHeaderBytes = 8;

/** Size of pgvector's HNSW: an element and a neighbour tuple per row, with m links on each upper level and 2m below. */
export function hnswSize(shape: IndexShape): IndexSize {
  const connections = Number(shape.storage.m ?? defaultConnections);
  const element = maxAligned(elementHeaderBytes + vectorBytes(shape.keys[0])) + lineBytes;
  // Levels above 0 have geometric sizes with ratio 1/m; row pointers are 6 bytes.
  const links = 2 * connections + connections / (connections - 1);
  const neighbours = maxAligned(4 + 6 * links) + lineBytes;
  return indexSize({ pages: 1 + rowPages(shape.rows, element + neighbours), rows: shape.rows, uncertain: doubts(shape) });
}

/** Size of pgvector's IVFFlat: the list centres and, per list, its rows with their vectors. */
export function ivfflatSize(shape: IndexShape): IndexSize {
  const lists = Number(shape.storage.lists ?? defaultLists);
  const tuple = maxAligned(8 + vectorBytes(shape.keys[0])) + lineBytes;
  const centre = maxAligned(8 + 8 + vectorBytes(shape.keys[0])) + lineBytes;
  const perPage = Math.max(1, Math.floor(usableBytes / tuple));
  // Each list starts a page and ends half-way through its last one on average.
  const pages = 1 + rowPages(lists, centre) + lists * Math.max(1, shape.rows / lists / perPage + 0.5);
  return indexSize({ pages, rows: shape.rows, uncertain: doubts(shape) });
}

function rowPages(rows: number, bytes: number): number {
  return rows / Math.max(1, Math.floor(usableBytes / bytes));
}

/** Bytes of the stored vector: its average width, which is 4 × dimensions + 8 for `vector`, 2 × dimensions + 8 for `halfvec`. */
function vectorBytes(key: IndexColumn | undefined): number {
  const known = key?.statistics?.averageWidthBytes;
  if (known) return known;
  return key && key.storageLength > 0 ? key.storageLength : vectorHeaderBytes + 4 * 768;
}

function doubts(shape: IndexShape): string | null {
  return shape.keys[0]?.statistics ? null : `no statistics for ${shape.keys[0]?.label ?? "the key"}: 768 dimensions are assumed`;
}
