import { blockSizeBytes } from "../domain/postgres.ts";
import { fillFactor, type IndexShape, type IndexSize, indexSize, lineBytes, maxAligned } from "./index-shape.ts";
import { drawTuples, meanBytes, seededRandom, type TupleDraw } from "./index-tuple.ts";

/** Page less header, special space and the slot kept for the high key; and less one line pointer, as PageGetFreeSpace() answers. */
const freeOnNewPage = blockSizeBytes - 24 - 16 - lineBytes - lineBytes;
/** BTREE_NONLEAF_FILLFACTOR. */
const innerFillFactor = 70;
/** nbtsort.c, maxpostingsize while building: MAXALIGN_DOWN(BLCKSZ × 10 / 100) − a line pointer. */
const maxPostingBytes = 812;
const rowPointerBytes = 6;
/** Leaf pages filled by the simulation at most; the mean of 120 pages moves by less than 0.5 % with the seed, whatever the rows. */
const simulatedPages = 120;
const fewestPages = 60;
/** Standard error of the mean size of a row that is small enough. */
const meanError = 0.003;
/** Enough to tell a ratio of 1.25. */
const doubtPages = 30;
/** A value on more rows than this fills pages of its own. */
const ownPagesAbove = 4000;

/** Rows with one key value, by place: how many, and the size of one tuple. */
interface Groups {
  readonly rows: readonly number[];
  readonly bytes: readonly number[];
}

/**
 * Size of a B-tree as nbtsort.c would build it: leaf pages are filled tuple by tuple with the sizes and
 * duplicates that statistics show, deduplicated where the operator classes allow it.
 */
export function btreeSize(shape: IndexShape): IndexSize {
  const draws = knownTogether(shape, drawTuples(shape.keys, shape.include, shape.tableRows));
  const reserved = Math.floor((blockSizeBytes * (100 - fillFactor(shape.storage, 90))) / 100);
  const deduplicates = shape.deduplicates && shape.storage.deduplicate_items !== "off";
  const leafPages = Math.ceil(leafCount(draws, shape, { deduplicates, reserved, simulated: simulatedPages }));

  const pivots = shape.include.length === 0 ? draws : drawTuples(shape.keys, [], shape.tableRows);
  // A pivot between equal keys carries a row pointer as its last attribute.
  const pivotBytes = meanBytes(pivots) + (deduplicates && meanRepeats(draws) > 150 ? 8 : 0);
  const fanOut = Math.max(2, Math.floor((freeOnNewPage - (blockSizeBytes * (100 - innerFillFactor)) / 100) / (pivotBytes + lineBytes)));
  let pages = leafPages + 1;
  let height = 0;
  for (let level = leafPages; level > 1; height++) {
    level = Math.ceil(level / fanOut);
    pages += level;
  }
  return indexSize({
    pages,
    height,
    rows: shape.rows,
    uncertain: btreeDoubts(shape, deduplicates) ?? dependenceDoubt({ shape, draws, deduplicates, reserved, leafPages }),
  });
}

function leafCount(
  draws: readonly TupleDraw[],
  shape: IndexShape,
  { deduplicates, reserved, simulated }: { readonly deduplicates: boolean; readonly reserved: number; readonly simulated: number },
): number {
  if (shape.rows < 1) return 1;
  const kept = shape.rows / Math.max(1, shape.tableRows);
  const random = seededRandom(7);
  // Draws of one common value are alike: its pages are filled once.
  const known = new Map<string, number>();
  const ownPages = (rows: number, bytes: number) => {
    const key = `${rows}/${bytes}`;
    const perPage = known.get(key) ?? rowsPerPage({ rows: [rows], bytes: [bytes] }, () => 0, { deduplicates, reserved, wantedPages: 20 });
    known.set(key, perPage);
    return perPage;
  };
  let pages = 0;
  // Enough values to see the spread of small repeat counts, also when one stratum is all there is.
  const copies = Math.ceil(400 / draws.length);
  const groups: { rows: number[]; bytes: number[]; shares: number[] } = { rows: [], bytes: [], shares: [] };
  for (const draw of draws)
    for (let copy = 0; copy < copies; copy++) {
      const rows = deduplicates ? 1 + repeats(draw.others * kept, random) : 1;
      const weight = draw.weight / copies;
      if (rows > ownPagesAbove) pages += (weight * shape.rows) / ownPages(rows, draw.bytes);
      else {
        groups.rows.push(rows);
        groups.bytes.push(draw.bytes);
        // A draw stands for rows; a value is met once for all of its rows.
        groups.shares.push(weight / rows);
      }
    }
  if (groups.rows.length === 0) return pages;
  const rows = groups.shares.reduce((sum, share, at) => sum + share * groups.rows[at]!, 0) * shape.rows;
  const wantedPages = Math.min(simulated, pagesForMean(groups));
  // Where all are alike there is nothing to pick.
  const next = areAlike(groups) ? () => 0 : groupPicker(groups.shares, random);
  return pages + rows / rowsPerPage(groups, next, { deduplicates, reserved, wantedPages });
}

function areAlike({ rows, bytes }: Groups): boolean {
  return rows.every((each) => each === rows[0]) && bytes.every((each) => each === bytes[0]);
}

/** Pages after which the mean space of a value is known well enough: rows alike in size need few (n = variance ÷ error²). */
function pagesForMean({ rows, bytes, shares }: Groups & { readonly shares: readonly number[] }): number {
  let [weight, sum, squares] = [0, 0, 0];
  for (let at = 0; at < shares.length; at++) {
    const share = shares[at]!;
    const space = bytes[at]! + lineBytes + (rows[at]! - 1) * rowPointerBytes;
    weight += share;
    sum += share * space;
    squares += share * space * space;
  }
  const mean = sum / weight;
  const wanted = Math.max(0, squares / weight / (mean * mean) - 1) / (meanError * meanError);
  return Math.max(fewestPages, Math.ceil((wanted * mean) / freeOnNewPage));
}

/** A Poisson draw, by counting arrivals; its mean when that is large. */
function repeats(mean: number, random: () => number): number {
  if (mean > 40) return Math.round(mean);
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count++;
  }
  return count;
}

/** Places of groups, each as often as its share says. */
function groupPicker(shares: readonly number[], random: () => number): () => number {
  const total = shares.reduce((sum, share) => sum + share, 0);
  // Systematic sampling: every stretch of shares.length picks has each group about as often as its share says.
  const step = total / shares.length;
  // Place and end of the group, in an array: as variables each new number would be an object.
  const track = new Float64Array([random() * step, shares[0]!]);
  let position = 0;
  return () => {
    let at = track[0]! + step * (0.5 + random());
    let end = track[1]!;
    while (at > end) {
      position++;
      if (position === shares.length) {
        position = 0;
        at -= total;
        end = 0;
        if (at < 0) at = 0;
      }
      end += shares[position]!;
    }
    track[0] = at;
    track[1] = end;
    return position;
  };
}

interface Filling {
  readonly deduplicates: boolean;
  readonly reserved: number;
  readonly wantedPages: number;
}

/** Rows on one leaf page on average, when pages are filled as _bt_buildadd() fills them. */
function rowsPerPage(groups: Groups, next: () => number, { deduplicates, reserved, wantedPages }: Filling): number {
  let pages = 0;
  let rows = 0;
  let free = freeOnNewPage;
  let items = 0;
  let lastBytes = 0;
  let lastTruncatable = 0;
  while (pages < wantedPages) {
    const place = next();
    const bytes = groups.bytes[place]!;
    const perList = Math.max(2, Math.floor((maxPostingBytes - (maxPostingBytes % 8) - bytes) / rowPointerBytes));
    for (let left = deduplicates ? groups.rows[place]! : 1; left > 0 && pages < wantedPages; left -= perList) {
      const listed = Math.min(left, perList);
      const truncatable = listed === 1 ? 0 : listed * rowPointerBytes;
      const itemBytes = listed === 1 ? bytes : maxAligned(bytes + truncatable);
      if (items > 0 && (free < itemBytes + 8 || (free + lastTruncatable < reserved && items > 1))) {
        // The last item moves to the new page; its key stays behind as the high key.
        pages++;
        free = freeOnNewPage - lastBytes - lineBytes;
        items = 1;
      }
      free -= itemBytes + lineBytes;
      items++;
      rows += listed;
      lastBytes = itemBytes;
      lastTruncatable = truncatable;
    }
  }
  return Math.max(1, rows / pages);
}

function meanRepeats(draws: readonly TupleDraw[]): number {
  return 1 / Math.max(1e-9, distinctShare(draws, 1));
}

/** Distinct keys per row when `others` is scaled by a factor: the mean of 1/(1+X) for X ~ Poisson(λ) is (1 − e^−λ) / λ. */
function distinctShare(draws: readonly TupleDraw[], factor: number): number {
  return draws.reduce((sum, draw) => {
    const lambda = draw.others * factor;
    return sum + draw.weight * (lambda < 1e-6 ? 1 : (1 - Math.exp(-lambda)) / lambda);
  }, 0);
}

/** Replaces the independence of columns by what a unique index or extended statistics say of them together. */
function knownTogether(shape: IndexShape, draws: readonly TupleDraw[]): readonly TupleDraw[] {
  if (shape.uniqueTogether) return draws.map((draw) => (draw.hasNull ? draw : { ...draw, others: 0 }));
  if (shape.distinctTogether === null) return draws;
  const wanted = Math.min(1, shape.distinctTogether / Math.max(1, shape.tableRows));
  let low = 1e-9;
  let high = 1e12;
  for (let round = 0; round < 80; round++) {
    const middle = Math.sqrt(low * high);
    if (distinctShare(draws, middle) > wanted) low = middle;
    else high = middle;
  }
  return draws.map((draw) => ({ ...draw, others: draw.others * high }));
}

interface LeafEstimate {
  readonly shape: IndexShape;
  readonly draws: readonly TupleDraw[];
  readonly deduplicates: boolean;
  readonly reserved: number;
  readonly leafPages: number;
}

/** Columns are taken as independent where nothing says otherwise; told when dependence would shrink the index much. */
function dependenceDoubt({ shape, draws, deduplicates, reserved, leafPages }: LeafEstimate): string | null {
  if (!deduplicates || shape.keys.length < 2 || shape.uniqueTogether || shape.distinctTogether !== null) return null;
  const dependent = draws.map((draw) => ({ ...draw, others: draw.othersAtMost }));
  const ratio = leafPages / leafCount(dependent, shape, { deduplicates, reserved, simulated: doubtPages });
  if (ratio < 1.25) return null;
  return `${shape.keys.map((key) => key.label).join(", ")} are assumed independent: up to ${ratio.toFixed(1)} times smaller if they are not`;
}

function btreeDoubts(shape: IndexShape, deduplicates: boolean): string | null {
  const blank = [...shape.keys, ...shape.include].filter((column) => column.statistics === null && column.storageLength < 0);
  if (blank.length > 0) return `no statistics for ${blank.map((column) => column.label).join(", ")}: its width is assumed`;
  if (!deduplicates || shape.uniqueTogether || shape.distinctTogether !== null) return null;
  const unknown = shape.keys.find((column) => column.statistics === null);
  if (unknown) return `no statistics for ${unknown.label}: its duplicates are assumed`;
  return null;
}
