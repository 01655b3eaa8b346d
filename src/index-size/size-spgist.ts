import { blockSizeBytes } from "../domain/postgres.ts";
import { type IndexColumn, type IndexShape, type IndexSize, indexSize, lineBytes, maxAligned } from "./index-shape.ts";
import { unknownKeys } from "./size-gist.ts";

const usableBytes = blockSizeBytes - 24 - 16;
/** SpGistLeafTupleData: size and flags, next offset, row pointer; aligned. */
const leafHeaderBytes = 16;
/** Part of a leaf page in use; ours, from points, addresses, boxes and texts on PostgreSQL 15 and 18 (November 2026). */
const scatteredFill = 0.76;
/** Ranges that arrive exactly in order leave pages half full (0.5), others are at 0.76 to 0.79: bench:fidelity, November 2026. */
const rangeFill = 0.7;
/** Addresses of few networks pile up under the same prefixes (0.6); scattered over all networks they are at 0.9. */
const inetFill = 0.72;
/** Bytes of a text that the inner tuples above a leaf already hold: a few levels of a radix tree. */
const sharedPrefixBytes = 3;

/** Size of an SP-GiST index: meta page, root and NULLs root, leaf pages, and an inner page for about 60 of them. */
export function spgistSize(shape: IndexShape): IndexSize {
  const key = shape.keys[0]!;
  const isRange = key.operatorClass === "range_ops";
  const fill = isRange ? rangeFill : key.operatorClass === "inet_ops" ? inetFill : scatteredFill;
  const tuple = maxAligned(leafHeaderBytes + leafBytes(key)) + lineBytes;
  const leaves = shape.rows / Math.max(2, (usableBytes * fill) / tuple);
  const orderMatters = isRange ? "the fill of SP-GiST pages depends on the order of ranges: size to within a factor of 1.5" : null;
  return indexSize({ pages: 3 + leaves * (1 + 1 / 60), rows: shape.rows, uncertain: unknownKeys(shape.keys) ?? orderMatters });
}

function leafBytes(key: IndexColumn): number {
  if (key.storageLength > 0) return key.storageLength;
  const average = key.statistics?.averageWidthBytes ?? 32;
  return key.operatorClass === "text_ops" ? Math.max(1, average - sharedPrefixBytes) : average;
}
