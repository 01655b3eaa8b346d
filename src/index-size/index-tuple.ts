import { type IndexColumn, maxAligned } from "./index-shape.ts";
import { type Stratum, valueStrata } from "./value-strata.ts";

/** One row of the table as the index would store it, standing for `weight` of the rows. */
export interface TupleDraw {
  readonly weight: number;
  /** MAXALIGNed IndexTuple, without its line pointer. */
  readonly bytes: number;
  /** Expected number of other rows with the same key. */
  readonly others: number;
  /** The same if one column determined the others. */
  readonly othersAtMost: number;
  readonly hasNull: boolean;
}

const alignmentBytes: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 };
/** Rows drawn for an index over several columns; 2,000 keep the sampling error of the mean size under 1 %. */
const drawCount = 2000;
/**
 * A value over TOAST_INDEX_TARGET (MaxHeapTupleSize / 16) is compressed if it can be (indextuple.c).
 * 0.6 is what pglz leaves of English text: a guess.
 */
const compressAboveBytes = 510;
const compressedShare = 0.6;

/**
 * The rows of an index as statistics show them: one draw per stratum for a single column, else
 * `drawCount` rows whose columns are drawn independently with a fixed seed.
 */
export function drawTuples(keys: readonly IndexColumn[], include: readonly IndexColumn[], tableRows: number): TupleDraw[] {
  const columns = [...keys, ...include];
  const strata = columns.map((column) => valueStrata(column, tableRows));
  if (columns.length === 1) return strata[0]!.map((stratum) => drawOf(columns, [stratum], 1, tableRows, stratum.weight));
  const random = seededRandom(columns.length);
  const pickers = strata.map((each) => picker(each));
  const draws: TupleDraw[] = [];
  // Thousands of indexes take two thousand draws each: one row serves all of them.
  const row = strata.map((each) => each[0]!);
  for (let draw = 0; draw < drawCount; draw++) {
    for (let at = 0; at < row.length; at++) row[at] = pickers[at]!(random());
    draws.push(drawOf(columns, row, keys.length, tableRows, 1 / drawCount));
  }
  return draws;
}

function drawOf(columns: readonly IndexColumn[], row: readonly Stratum[], keyCount: number, tableRows: number, weight: number): TupleDraw {
  // Independent columns: the chance that another row agrees in all of them is the product.
  let share = 1;
  let least = Number.POSITIVE_INFINITY;
  let hasNull = false;
  for (let at = 0; at < row.length; at++) {
    const { others, isNull } = row[at]!;
    hasNull ||= isNull;
    if (at >= keyCount) continue;
    share *= Math.min(1, others / Math.max(1, tableRows));
    least = Math.min(least, others);
  }
  return { weight, bytes: tupleBytes(columns, row, hasNull), others: share * tableRows, othersAtMost: Math.max(0, least), hasNull };
}

/** index_form_tuple(): 8-byte header, 8 more for the null bitmap, then the values laid out by their alignment. */
function tupleBytes(columns: readonly IndexColumn[], row: readonly Stratum[], hasNull: boolean): number {
  let offset = hasNull ? 16 : 8;
  for (let position = 0; position < row.length; position++) {
    const stratum = row[position]!;
    if (stratum.isNull) continue;
    const column = columns[position]!;
    const aligned = column.storageLength > 0 || stratum.bytes > 127;
    const alignment = aligned ? (alignmentBytes[column.alignment] ?? 4) : 1;
    const bytes = column.storageLength < 0 && stratum.bytes > compressAboveBytes ? stratum.bytes * compressedShare : stratum.bytes;
    offset = Math.ceil(offset / alignment) * alignment + bytes;
  }
  return maxAligned(offset);
}

/** Mean bytes of a tuple over these columns, e.g. of a pivot, which has no INCLUDE columns. */
export function meanBytes(draws: readonly TupleDraw[]): number {
  const weight = draws.reduce((sum, draw) => sum + draw.weight, 0);
  return draws.reduce((sum, draw) => sum + draw.bytes * draw.weight, 0) / Math.max(1e-9, weight);
}

function picker(strata: readonly Stratum[]): (at: number) => Stratum {
  const ends: number[] = [];
  let sum = 0;
  for (const stratum of strata) {
    sum += stratum.weight;
    ends.push(sum);
  }
  return (at) => {
    const wanted = at * sum;
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return strata[low]!;
  };
}

/** mulberry32: a small generator whose sequence is fixed by its seed, so equal snapshots give equal sizes. */
export function seededRandom(seed: number): () => number {
  // Kept signed: above 2^31 each state would be an object of its own.
  let state = Math.imul(seed, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
