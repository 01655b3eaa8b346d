import { blockSizeBytes } from "../domain/postgres.ts";
import { trigrams } from "./gin-keys.ts";
import { gistFill } from "./gist-fill.ts";
import { type IndexColumn, type IndexShape, type IndexSize, indexSize, lineBytes, maxAligned } from "./index-shape.ts";
import { keyClasses } from "./key-classes.ts";
import { valueStrata } from "./value-strata.ts";

const usableBytes = blockSizeBytes - 24 - 16;
/** GTSVector: lexeme hashes of 4 bytes up to TOAST_INDEX_TARGET, else a signature of 124 bytes (SIGLEN_DEFAULT). */
const maxHashedBytes = 510;
const signatureBytes = 124 + 8;

/** Size of a GiST index: rows at the key's size, at the fill that the build method leaves. */
export function gistSize(shape: IndexShape): IndexSize {
  let bytes = 8;
  for (const key of [...shape.keys, ...shape.include]) bytes += keyBytes(key, shape);
  const tuple = maxAligned(bytes) + lineBytes;
  const { fill, uncertain } = gistFill(shape, tuple);
  const perPage = Math.max(2, (usableBytes * fill) / tuple);
  const blank = unknownKeys(shape.keys);
  return indexSize({ pages: levelsTotal(shape.rows, perPage), rows: shape.rows, uncertain: blank ?? uncertain });
}

/** Leaf, then inner pages at the same fan-out. */
function levelsTotal(rows: number, perPage: number): number {
  let pages = 0;
  for (let level = Math.ceil(rows / perPage); ; level = Math.ceil(level / perPage)) {
    pages += level;
    if (level <= 1) return Math.max(1, pages);
  }
}

/** Bytes of a leaf key by operator class. */
function keyBytes(key: IndexColumn, shape: IndexShape): number {
  const average = key.statistics?.averageWidthBytes ?? 32;
  switch (key.operatorClass) {
    case "point_ops":
    case "box_ops":
    case "poly_ops":
    case "circle_ops":
      return 32;
    // Header, family and bit counts, then 4 bytes of an IPv4 address.
    case "inet_ops":
      return 8;
    case "gist_trgm_ops":
      return 5 + 3 * trigramsPerRow(key, shape);
    case "tsvector_ops": {
      const hashes = 5 + 4 * keyClasses(key, shape.rows).perRow;
      return hashes > maxHashedBytes ? signatureBytes : hashes;
    }
    // Flag and a signature of 16 bytes (SIGLEN_DEFAULT).
    case "gist_hstore_ops":
      return 22;
    default:
      break;
  }
  // btree_gist keeps fixed-length values twice, as the bounds of a point, and varlena values once behind a header.
  if (key.operatorClass.startsWith("gist_")) return key.storageLength > 0 ? 2 * key.storageLength : average + 4;
  return key.storageLength > 0 ? key.storageLength : average;
}

/** Different trigrams of a row's text, over the values that statistics show. */
function trigramsPerRow(key: IndexColumn, shape: IndexShape): number {
  const strata = valueStrata(key, shape.tableRows).filter((stratum) => stratum.value !== null);
  const weight = strata.reduce((sum, stratum) => sum + stratum.weight, 0);
  if (weight === 0) return (key.statistics?.averageWidthBytes ?? 32) + 1;
  return strata.reduce((sum, stratum) => sum + stratum.weight * new Set(trigrams(stratum.value!)).size, 0) / weight;
}

export function unknownKeys(keys: readonly IndexColumn[]): string | null {
  const blank = keys.filter((key) => key.statistics === null && key.storageLength < 0);
  return blank.length > 0 ? `no statistics for ${blank.map((key) => key.label).join(", ")}: the size of its keys is assumed` : null;
}
