import type { FileNode } from "./memory-file-system.ts";

/** What a file holds, without its zeros: `bytes` are the runs one after another, `starts` where each begins in the file. */
interface Packed {
  readonly length: number;
  readonly starts: readonly number[];
  /** Where each run begins in `bytes`; one more than runs. */
  readonly places: readonly number[];
  readonly bytes: Uint8Array;
}

/** Zeros that end a run: fewer are cheaper kept than left out. */
const gapBytes = 64;
const wordBytes = 8;

/**
 * Keyed by the empty array that stands in a packed file's `contents`: when the file system gives a file other contents
 * (O_TRUNC), the packed ones are gone with the old.
 */
const packedOf = new WeakMap<Uint8Array, Packed>();

/**
 * Lets go of the zeros that a file holds. A skeleton of a B-tree is four pages of which some 400 bytes are written: of 20,000
 * what-if indexes 0.7 GB are zeros (measured, docs/benchmarks.md). Reading gives the same as before; writing unpacks.
 */
export function pack(node: FileNode): void {
  const { contents } = node;
  const held = contents.subarray(0, Math.min(contents.length, node.usedBytes));
  if (held.length < wordBytes || packedOf.has(contents)) return;
  const runs = runsOf(held);
  const size = runs.reduce((sum, { start, end }) => sum + end - start, 0);
  if (size > held.length / 2) return;
  const bytes = new Uint8Array(size);
  const places = [0];
  for (const { start, end } of runs) {
    const place = places.at(-1)!;
    bytes.set(held.subarray(start, end), place);
    places.push(place + end - start);
  }
  node.contents = new Uint8Array(0);
  packedOf.set(node.contents, { length: held.length, starts: runs.map(({ start }) => start), places, bytes });
}

/** Gives a packed file its zeros back, as far as its length goes. Nothing happens to another. */
export function unpack(node: FileNode): void {
  const packed = packedOf.get(node.contents);
  if (!packed) return;
  const contents = new Uint8Array(Math.min(packed.length, node.usedBytes));
  copyRuns(packed, contents, 0);
  node.contents = contents;
}

/** Puts what packed `contents` hold from byte `position` on into `target`, which has zeros there. */
export function copyPacked(contents: Uint8Array, target: Uint8Array, position: number): void {
  const packed = packedOf.get(contents);
  if (packed) copyRuns(packed, target, position);
}

function copyRuns({ starts, places, bytes }: Packed, target: Uint8Array, position: number): void {
  for (const [at, start] of starts.entries()) {
    const end = start + places[at + 1]! - places[at]!;
    const from = Math.max(start, position);
    const to = Math.min(end, position + target.length);
    if (from >= to) continue;
    const place = places[at]! + from - start;
    target.set(bytes.subarray(place, place + to - from), from - position);
  }
}

/** Runs of bytes that are not all zero, in order; compared by words, so that ends are at multiples of 8. */
function runsOf(held: Uint8Array): { readonly start: number; readonly end: number }[] {
  const runs: { start: number; end: number }[] = [];
  const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
  for (let at = 0; at < held.length; at += wordBytes) {
    const isWhole = at + wordBytes <= held.length;
    if (isWhole && view.getUint32(at) === 0 && view.getUint32(at + 4) === 0) continue;
    const end = Math.min(held.length, at + wordBytes);
    const last = runs.at(-1);
    if (last && at - last.end < gapBytes) last.end = end;
    else runs.push({ start: at, end });
  }
  return runs;
}
