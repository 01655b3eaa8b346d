import { blockSizeBytes } from "../domain/postgres.ts";
import { type IndexColumn, type IndexShape, type IndexSize, indexSize, lineBytes, maxAligned } from "./index-shape.ts";

/** Row pointers on one block of the range map: (8192 − 24 − 8 bytes) / 6, brin_page.h. */
const rangesPerMapPage = 1360;
const usableBytes = blockSizeBytes - 24 - 8;
/** BRIN_DEFAULT_PAGES_PER_RANGE. */
const defaultPagesPerRange = 128;
/** MaxHeapTuplesPerPage: brin_bloom.c and brin_minmax_multi.c scale their options by it. */
const maxRowsPerPage = 291;

/** Size of a BRIN index: meta page, range map, and one summary tuple per range of heap blocks. */
export function brinSize(shape: IndexShape): IndexSize {
  const perRange = Number(shape.storage.pages_per_range ?? defaultPagesPerRange);
  const ranges = Math.max(1, Math.ceil(shape.heapPages / perRange));
  // brin_form_tuple(): blkno and flags, two bits per column when a range has NULLs, aligned.
  const hasNulls = shape.keys.some((key) => (key.statistics?.nullFraction ?? 0) > 0);
  let offset = maxAligned(5 + (hasNulls ? Math.ceil((shape.keys.length * 2) / 8) : 0));
  for (const key of shape.keys) offset = summaryEnd(key, perRange, shape, offset);
  const tupleBytes = maxAligned(offset) + lineBytes;
  const perPage = Math.max(1, Math.floor(usableBytes / tupleBytes));
  const revmapPages = Math.ceil(ranges / rangesPerMapPage);
  return indexSize({
    pages: 1 + revmapPages + Math.ceil(ranges / perPage),
    rows: ranges,
    revmapPages,
    uncertain: doubts(shape.keys),
  });
}

function summaryEnd(key: IndexColumn, perRange: number, shape: IndexShape, from: number): number {
  if (key.operatorClass.includes("bloom")) return from + bloomBytes(key, perRange, shape);
  if (key.operatorClass.includes("minmax_multi")) return from + multiBytes(key, perRange, shape);
  const low = valueEnd(key, from);
  // Inclusion keeps one union and two flags, minmax two values.
  return key.operatorClass.includes("inclusion") ? low + 2 : valueEnd(key, low);
}

function valueEnd(key: IndexColumn, from: number): number {
  if (key.storageLength < 0) return from + (key.statistics?.averageWidthBytes ?? 32);
  const alignment = { c: 1, s: 2, i: 4, d: 8 }[key.alignment] ?? 8;
  return Math.ceil(from / alignment) * alignment + key.storageLength;
}

/** brin_bloom.c: bits for n distinct values at 1 % false positives, −n ln p / (ln 2)²; the filter is stored whole. */
function bloomBytes(key: IndexColumn, perRange: number, shape: IndexShape): number {
  const rowsPerRange = Math.max(1, (shape.tableRows / Math.max(1, shape.heapPages)) * perRange);
  const byDefault = 0.1 * maxRowsPerPage * perRange;
  const distinct = Math.max(16, Math.min(byDefault, maxRowsPerPage * perRange));
  const bits = Math.ceil((distinct * -Math.log(0.01)) / Math.LN2 ** 2);
  const filter = Math.ceil(bits / 8) + 24;
  // Stored through index TOAST compression: runs of zeros in a sparse filter shrink.
  const values = Math.min(rowsPerRange, Math.abs(key.statistics?.distinct ?? -1) <= 1 ? rowsPerRange : key.statistics!.distinct);
  const hashes = Math.max(1, Math.round((bits / distinct) * Math.LN2));
  const bytesSet = (filter - 24) * (1 - Math.exp((-values * hashes) / Math.max(1, bits / 8)));
  return Math.min(filter, 24 + bytesSet * 2);
}

/** brin_minmax_multi.c: up to 32 values per range by default, two per interval. */
function multiBytes(key: IndexColumn, perRange: number, shape: IndexShape): number {
  const rowsPerRange = Math.max(1, (shape.tableRows / Math.max(1, shape.heapPages)) * perRange);
  const width = key.storageLength > 0 ? key.storageLength : (key.statistics?.averageWidthBytes ?? 32);
  return 24 + width * Math.min(32, rowsPerRange);
}

function doubts(keys: readonly IndexColumn[]): string | null {
  const guessed = keys.filter((key) => /bloom|minmax_multi/.test(key.operatorClass));
  if (guessed.length > 0)
    return `summaries of ${guessed.map((key) => key.operatorClass).join(", ")} are estimated to within a factor of 1.5`;
  return null;
}
