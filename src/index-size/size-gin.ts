import { blockSizeBytes } from "../domain/postgres.ts";
import { hashesKeys } from "./gin-keys.ts";
import { type IndexColumn, type IndexShape, type IndexSize, indexSize, lineBytes, maxAligned } from "./index-shape.ts";
import { type KeyClasses, keyClasses } from "./key-classes.ts";

/** Page less header and GinPageOpaqueData. */
const usableBytes = blockSizeBytes - 24 - 8;
/** GinMaxItemSize: an entry whose list is longer gets a posting tree. */
const maxEntryBytes = 2712;
/** Leaf pages of a posting tree hold segments of about 256 bytes with an 8-byte header. */
const postingPageBytes = 8100 * (247 / 256);
/** A compressed list starts with a full row pointer and its length. */
const listHeaderBytes = 8;
/** Bytes that ginbulk.c keeps per key (node, five row pointers, allocation) and per further row pointer (lists double). */
const accumulatedKeyBytes = 110;
const accumulatedRowBytes = 9;
/** maintenance_work_mem by default. */
const accumulatorBytes = 64 * 1024 * 1024;

/**
 * Size of a GIN index: an entry per key with its compressed row list inside, or in a posting tree when long.
 * Entry pages are half full when one pass in key order makes them, fuller when later passes insert between.
 */
export function ginSize(shape: IndexShape): IndexSize {
  const columns = shape.keys.map((column) => ({ column, keys: keyClasses(column, shape.rows) }));
  let entryBytes = 0;
  let dataPages = 0;
  let entries = 0;
  let accumulated = 0;
  let meanEntry = 0;
  for (const { column, keys } of columns) {
    const head = entryHeadBytes(column, keys, shape.keys.length > 1);
    const withPlaceholder = keys.withoutKeys > 0 ? [...keys.classes, { share: keys.withoutKeys, count: 1 }] : keys.classes;
    for (const { share, count } of withPlaceholder) {
      const rows = Math.max(1, share * shape.rows);
      const list = listHeaderBytes + (rows - 1) * rowPointerBytes(rows, shape);
      entries += count;
      accumulated += count * (accumulatedKeyBytes + accumulatedRowBytes * rows);
      if (head + list > maxEntryBytes) {
        dataPages += count * postingTreePages(list);
        entryBytes += count * (maxAligned(head) + lineBytes);
      } else entryBytes += count * (maxAligned(head + list) + lineBytes);
    }
    meanEntry = Math.max(meanEntry, head);
  }
  const fill = entryFill(accumulated / accumulatorBytes);
  const leaves = Math.max(1, entryBytes / (usableBytes * fill));
  const inner = leaves > 1 ? Math.ceil(leaves / Math.max(2, (usableBytes * 0.5) / (maxAligned(meanEntry) + lineBytes))) : 0;
  const entryPages = Math.ceil(leaves) + inner;
  return indexSize({
    pages: 2 + entryPages + Math.ceil(dataPages),
    rows: shape.rows,
    gin: { entryPages, dataPages: Math.ceil(dataPages), entries: Math.round(entries) },
    uncertain: columns.map(({ keys }) => keys.uncertain).find((text) => text !== null) ?? null,
  });
}

/** Index tuple header and key; with several columns, the column's number comes first. */
function entryHeadBytes(column: IndexColumn, keys: KeyClasses, several: boolean): number {
  const start = several ? 10 : 8;
  if (hashesKeys(column.operatorClass)) return Math.ceil(start / 4) * 4 + 4;
  const elementBytes = elementLength(column);
  if (elementBytes !== null) return Math.ceil(start / Math.min(8, elementBytes)) * Math.min(8, elementBytes) + elementBytes;
  return start + keys.keyBytes + 1;
}

/** Fixed length of a key: the element of an array of fixed-length elements, or the column itself under btree_gin. */
function elementLength(column: IndexColumn): number | null {
  const lengths: Readonly<Record<string, number>> = {
    _int2: 2,
    _int4: 4,
    _int8: 8,
    _uuid: 16,
    _float8: 8,
    _date: 4,
    _timestamptz: 8,
    _timestamp: 8,
  };
  if (column.typeName.startsWith("_")) return lengths[column.typeName] ?? null;
  return column.storageLength > 0 ? column.storageLength : null;
}

function postingTreePages(listBytes: number): number {
  const leaves = Math.max(1, Math.ceil(listBytes / postingPageBytes));
  // Inner pages hold about 500 ten-byte posting items when filled in order.
  return leaves === 1 ? 1 : leaves + 1 + Math.floor(leaves / 800);
}

/**
 * Mean bytes of one varbyte-coded step in a list of `rows` row pointers spread evenly over the heap. Steps count
 * in 2048ths of a page: under 128 (the same page) takes 1 byte, to 8 pages 2, to 1024 pages 3, beyond 4.
 */
function rowPointerBytes(rows: number, shape: IndexShape): number {
  const perPage = rows / Math.max(1, shape.heapPages);
  const samePage = 1 - (1 - Math.exp(-perPage)) / perPage;
  const within8 = Math.max(samePage, 1 - Math.exp(-8 * perPage));
  const within1024 = Math.max(within8, 1 - Math.exp(-1024 * perPage));
  return samePage + 2 * (within8 - samePage) + 3 * (within1024 - within8) + 4 * (1 - within1024);
}

/** Fill of entry pages by the number of passes over the accumulator; our measurements, see test/shadow/size-gin.test.ts. */
function entryFill(passes: number): number {
  return passes <= 1 ? 0.53 : 0.72;
}
