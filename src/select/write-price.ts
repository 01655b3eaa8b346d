import type { IndexDefinition } from "../domain/candidate.ts";
import type { Column, Relation } from "../domain/catalog.ts";

/** Work that writes to one table do, in rows over the time that the workload was counted. */
export interface Writes {
  readonly inserted: number;
  /** Updates that make new index entries today. */
  readonly updated: number;
  /** HOT updates, which make none. */
  readonly hotUpdated: number;
}

/** What keeping an index costs, in µs of the server's time. */
export interface WritePrice {
  readonly us: number;
  /** µs for one row inserted, and for one updated. */
  readonly perInsert: number;
  readonly perUpdate: number;
}

/** Processor µs of an entry that an insert makes, for each further key of it, and how much dearer an update's entry is. */
interface EntryCost {
  readonly entry: number;
  readonly key: number;
  readonly update: number;
}

/**
 * PostgreSQL 15 with all in memory, transactions of 20 rows, GIN's pending lists merged. Fitted to the table `events` of
 * `npm run bench:write-cost`, which prints measured against predicted for it and for one that had no part in the fit; the vector
 * methods are guesses that no run has tested. An update of a B-tree finds full pages: it tries to delete old versions before it splits.
 */
const entryUs: Readonly<Record<string, EntryCost>> = {
  btree: { entry: 1.15, key: 0.9, update: 1.9 },
  hash: { entry: 1.5, key: 0, update: 1.7 },
  gin: { entry: 1, key: 0.42, update: 1.05 },
  gist: { entry: 4.8, key: 2, update: 1.1 },
  spgist: { entry: 3.1, key: 2, update: 1.2 },
  brin: { entry: 0.15, key: 0, update: 3 },
  hnsw: { entry: 1000, key: 0, update: 1 },
  ivfflat: { entry: 20, key: 0, update: 1 },
};
/** µs for a text key compared by a collation, and for one passed by reference (uuid, numeric), over a number. */
const textKeyUs = 2.2;
const wideKeyUs = 0.8;
/** A range's bounds are compared by their type's own function at every level of a GiST. */
const rangeKeyUs = 6.7;
/** µs for a column that is only included. */
const includedUs = 0.15;
/** Part of an entry's cost where each row's key is the greatest so far: the rightmost page is kept at hand (nbtree, fastpath). */
const ascendingPart = 0.55;
const ascendingFrom = 0.95;
/** µs for an update that is no longer HOT, besides its index entries. */
const lostHotUs = 0.3;
/** Part of the rows that a predicate keeps when nothing says more: a guess. */
const partialShare = 0.25;
/** Rows of an unindexed column that an update changes: a guess where no statement of the workload says which columns it sets. */
const unknownColumnShare = 0.1;

/** Time that writes pay for the index: an entry for each row inserted or moved, and the HOT updates that it makes ordinary ones. */
export function writePrice(
  index: IndexDefinition,
  relation: Relation,
  writes: Writes,
  setShare: (column: string) => number | null,
): WritePrice {
  const known = entryUs[index.accessMethod] ?? { entry: 2, key: 0.5, update: 1.35 };
  const share = index.predicate === null ? 1 : partialShare;
  const columns = index.keys.map((key) => relation.columns.find((column) => column.name === key.column) ?? null);
  const entry = known.entry + keysUs(index, columns) + includedUs * index.include.length;
  const isAscending = index.accessMethod === "btree" && Math.abs(columns[0]?.statistics?.correlation ?? 0) >= ascendingFrom;
  const perInsert = share * entry * (isAscending ? ascendingPart : 1);
  const perUpdate = share * entry * known.update;
  const lost = index.accessMethod === "brin" ? 0 : writes.hotUpdated * hotLoss(index, relation, setShare);
  // An update that is no longer HOT writes an entry into every index of its table, not only the new one.
  const others = relation.indexes.length * entryUs.btree!.entry * entryUs.btree!.update + lostHotUs;
  return { perInsert, perUpdate, us: writes.inserted * perInsert + writes.updated * perUpdate + lost * (perUpdate + others) };
}

/** What the keys add to an entry: the elements of GIN, or further and dearer columns. */
function keysUs(index: IndexDefinition, columns: readonly (Column | null)[]): number {
  const { key } = entryUs[index.accessMethod] ?? { key: 0.5 };
  if (index.accessMethod === "gin")
    return (
      key * columns.reduce((sum, column, at) => sum + elementsPerRow(column) * keysOfElement(column, index.keys[at]?.operatorClass), 0)
    );
  const ranges = index.accessMethod === "gist" ? columns.filter((column) => column?.category === "R").length : 0;
  if (index.accessMethod !== "btree") return key * (columns.length - 1) + rangeKeyUs * ranges;
  // An expression counts as text: most that are indexed are.
  const texts = columns.filter((column) => column === null || column.category === "S").length;
  const wide = columns.filter((column) => column?.baseType === "uuid" || column?.baseType === "numeric").length;
  return key * (columns.length - 1) + textKeyUs * texts + wideKeyUs * wide;
}

/** jsonb_ops keeps names and values apart, jsonb_path_ops one hash for both. */
function keysOfElement(column: Column | null, operatorClass: string | null | undefined): number {
  return column?.baseType === "jsonb" && operatorClass !== "jsonb_path_ops" ? 2 : 1;
}

/** Part of the HOT updates, 0–1, that set a column which only this index holds. */
function hotLoss(index: IndexDefinition, relation: Relation, setShare: (column: string) => number | null): number {
  const known = new Set(relation.indexes.flatMap((each) => [...each.include, ...each.keys.map((key) => key.column)]));
  const text = `${index.keys.map((key) => key.sql).join(" ")} ${index.predicate ?? ""}`;
  const used = relation.columns.filter(
    ({ name }) => index.include.includes(name) || new RegExp(`(?<![\\w"])"?${name.replaceAll(/\W/g, "\\$&")}"?(?![\\w"])`).test(text),
  );
  const kept = used.filter(({ name }) => !known.has(name)).map(({ name }) => 1 - (setShare(name) ?? unknownColumnShare));
  return 1 - kept.reduce((product, each) => product * each, 1);
}

/** Keys that GIN stores for one row: from the element histogram of arrays, else from the width. */
export function elementsPerRow(column: Column | null): number {
  const known = column?.statistics ?? column?.inheritedStatistics ?? null;
  if (known === null) return 10;
  const counted = known.elementCountHistogram?.at(-1);
  if (counted !== undefined) return Math.max(1, counted);
  // A lexeme of tsvector takes about 12 bytes, a pair of jsonb about 22 with its headers; text gives a trigram for each byte.
  const bytesPerKey = column?.category === "S" ? 1 : column?.baseType === "tsvector" ? 12 : 22;
  return Math.max(1, known.averageWidthBytes / bytesPerKey);
}

/** Time to build it, in ms: the table read once, and a sort or insertion for each row. Rough: bench:write-cost prints how rough. */
export function buildMs(index: IndexDefinition, relation: Relation): number {
  const rows = Math.max(0, relation.rows ?? 0);
  const column = relation.columns.find(({ name }) => name === index.keys[0]?.column) ?? null;
  const perRow: Readonly<Record<string, number>> = {
    btree: 0.5 + (column?.category === "S" ? 1.5 : 0),
    hash: 0.6,
    gin: 0.8 * elementsPerRow(column),
    gist: 5,
    spgist: 3,
    brin: 0.1,
    hnsw: 500,
    ivfflat: 20,
  };
  const readMs = (relation.currentPages * 8192) / 1e6;
  return readMs + (rows * (perRow[index.accessMethod] ?? 1)) / 1000;
}
