import { blockSizeBytes } from "../domain/postgres.ts";
import { trigrams } from "./gin-keys.ts";
import { fillFactor, type IndexColumn, type IndexShape, type IndexSize, indexSize, lineBytes, maxAligned } from "./index-shape.ts";
import { valueStrata } from "./value-strata.ts";

const usableBytes = blockSizeBytes - 24 - 16;
/** Share of a page in use after one-by-one insertion: pages split in halves and refill. Our measurement. */
const insertedFill = 0.68;
const spgistFill = 0.7;
/** SP-GiST leaf tuple: header of 8 bytes, row pointer of 6, aligned. */
const spgistLeafHeaderBytes = 16;

/** Size of a GiST index: rows at the key's size, at the fill that the build method leaves. */
export function gistSize(shape: IndexShape): IndexSize {
  const sorted = shape.keys.every((key) => sortsBeforeBuild(key.operatorClass, shape.major));
  const fill = sorted ? fillFactor(shape.storage, 90) / 100 : insertedFill;
  let bytes = 8;
  for (const key of [...shape.keys, ...shape.include]) bytes += keyBytes(key, shape);
  const tuple = maxAligned(bytes) + lineBytes;
  const perPage = Math.max(2, Math.floor((usableBytes * fill) / tuple));
  return indexSize({ pages: levelsTotal(shape.rows, perPage), rows: shape.rows, uncertain: doubts(shape.keys) });
}

/** Size of an SP-GiST index. */
export function spgistSize(shape: IndexShape): IndexSize {
  const key = shape.keys[0]!;
  const prefixShared = key.operatorClass === "text_ops" ? 0.6 : 1;
  const tuple = maxAligned(spgistLeafHeaderBytes + keyBytes(key, shape) * prefixShared) + lineBytes;
  const perPage = Math.max(2, Math.floor((usableBytes * spgistFill) / tuple));
  return indexSize({ pages: 3 + levelsTotal(shape.rows, perPage), rows: shape.rows, uncertain: doubts(shape.keys) });
}

function levelsTotal(rows: number, perPage: number): number {
  let pages = 0;
  for (let level = Math.ceil(rows / perPage); ; level = Math.ceil(level / perPage)) {
    pages += level;
    if (level <= 1) return Math.max(1, pages);
  }
}

/**
 * Operator classes with a sortsupport function: the build sorts and packs pages to the fill factor.
 * point_ops since 14, ranges and btree_gist's scalars since 18 (release notes).
 */
function sortsBeforeBuild(operatorClass: string, major: number): boolean {
  if (operatorClass === "point_ops") return major >= 14;
  if (major < 18) return false;
  return operatorClass === "range_ops" || (operatorClass.startsWith("gist_") && !/trgm|hstore|ltree|_int/.test(operatorClass));
}

/** Bytes of a leaf key by operator class. */
function keyBytes(key: IndexColumn, shape: IndexShape): number {
  const average = key.statistics?.averageWidthBytes ?? 32;
  if (/^(point|box|poly|circle)_ops$/.test(key.operatorClass)) return 32;
  if (key.operatorClass === "inet_ops") return 12;
  // A signature-free leaf: flag and three bytes a trigram.
  if (key.operatorClass === "gist_trgm_ops") return 5 + 3 * trigramsPerRow(key, shape);
  if (key.operatorClass === "tsvector_ops") return 5 + 4 * Math.max(1, (average - 8) / 14);
  // btree_gist keeps the value twice, as the bounds of a point.
  if (key.operatorClass.startsWith("gist_") && key.storageLength > 0) return 2 * key.storageLength;
  return key.storageLength > 0 ? key.storageLength : average;
}

function trigramsPerRow(key: IndexColumn, shape: IndexShape): number {
  const strata = valueStrata(key, shape.tableRows).filter((stratum) => stratum.value !== null);
  const weight = strata.reduce((sum, stratum) => sum + stratum.weight, 0);
  if (weight === 0) return (key.statistics?.averageWidthBytes ?? 32) + 1;
  return strata.reduce((sum, stratum) => sum + stratum.weight * new Set(trigrams(stratum.value!)).size, 0) / weight;
}

function doubts(keys: readonly IndexColumn[]): string | null {
  const blank = keys.filter((key) => key.statistics === null && key.storageLength < 0);
  return blank.length > 0 ? `no statistics for ${blank.map((key) => key.label).join(", ")}: the size of its keys is assumed` : null;
}
