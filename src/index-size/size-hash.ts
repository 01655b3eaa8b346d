import { blockSizeBytes } from "../domain/postgres.ts";
import { fillFactor, type IndexShape, type IndexSize, indexSize } from "./index-shape.ts";
import { valueStrata } from "./value-strata.ts";

/** A tuple of header and 32-bit hash code with its line pointer, _hash_init() in hashpage.c. */
const tupleBytes = 8 + 8 + 4;
/** Tuples that fit on a bucket or overflow page. */
const pageTuples = Math.floor((blockSizeBytes - 24 - 16) / tupleBytes);
/** Below 2^10 buckets the count doubles; above, each doubling is done in four steps (_hash_spareindex). */
const doublingUntil = 10;

/**
 * Size of a hash index: buckets for the expected rows at the fill factor, plus overflow pages of buckets
 * that are not yet split and of values on many rows.
 */
export function hashSize(shape: IndexShape): IndexSize {
  const perBucket = Math.max(10, Math.floor(Math.floor((blockSizeBytes * fillFactor(shape.storage, 75)) / 100) / tupleBytes));
  const buckets = bucketCount(shape.rows / perBucket);
  const strata = shape.keys[0] ? valueStrata(shape.keys[0], shape.tableRows) : [];
  const kept = shape.rows / Math.max(1, shape.tableRows);

  // NULLs are not in a hash index; a value on many rows fills a bucket chain of its own.
  let spread = shape.rows;
  let overflow = 0;
  let clumps = 0;
  for (const stratum of strata) {
    const rows = stratum.others * kept + 1;
    if (stratum.isNull) spread -= stratum.weight * shape.rows;
    else if (rows > pageTuples / 2) {
      overflow += (stratum.weight * shape.rows) / pageTuples;
      spread -= stratum.weight * shape.rows;
    } else clumps += stratum.weight * rows;
  }
  const clump = Math.max(1, clumps);
  // Of 2^k buckets, those below the split point are split in two already; the others hold twice as much.
  const whole = 2 ** Math.ceil(Math.log2(buckets));
  const unsplit = whole - buckets;
  const load = Math.max(0, spread) / whole;
  overflow += (buckets - unsplit) * overflowPages(load, clump) + unsplit * overflowPages(2 * load, clump);
  // Meta page, one bitmap page, and the bitmap pages of very large indexes (one bit per overflow page).
  const bitmaps = 1 + Math.floor(overflow / (4096 * 8));
  return indexSize({ pages: 1 + bitmaps + buckets + overflow, rows: shape.rows });
}

function bucketCount(wanted: number): number {
  if (wanted <= 2) return 2;
  const exponent = Math.ceil(Math.log2(Math.ceil(wanted)));
  if (exponent < doublingUntil) return 2 ** exponent;
  const base = 2 ** (exponent - 1);
  const step = base / 4;
  return base + Math.ceil((Math.ceil(wanted) - base) / step) * step;
}

/** Expected overflow pages of a bucket: its load is normal around `mean`, its variance `mean` times the size of a clump. */
function overflowPages(mean: number, clump: number): number {
  const deviation = Math.sqrt(Math.max(1e-9, mean * clump));
  let expected = 0;
  for (let pages = 1; pages <= 64; pages++) {
    const above = normalTail((pages * pageTuples - mean) / deviation);
    expected += above;
    if (above < 1e-6) break;
  }
  return expected;
}

/** P(Z > z), Abramowitz and Stegun 26.2.17, error below 1e-7. */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
