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

/**
 * Processor µs for one entry of an insert, for each further key of an entry, and how much dearer an update's entry is, on
 * PostgreSQL 15 with all in memory. Calibrated by `npm run bench:write-cost`, which prints measured against predicted;
 * gist, spgist and the vector methods are guesses that no run has tested.
 */
const entryUs: Readonly<Record<string, { readonly entry: number; readonly key: number; readonly update: number }>> = {
  btree: { entry: 1.15, key: 0.45, update: 1.25 },
  hash: { entry: 1.2, key: 0, update: 1.35 },
  // Elements go to the pending list; whether a run pays for merging it depends on its length (4 MB): 1.3 to 4 measured.
  gin: { entry: 0.3, key: 0.17, update: 2 },
  gist: { entry: 6, key: 2, update: 1.35 },
  spgist: { entry: 4, key: 2, update: 1.35 },
  brin: { entry: 0.1, key: 0, update: 1.5 },
  hnsw: { entry: 1000, key: 0, update: 1 },
  ivfflat: { entry: 20, key: 0, update: 1 },
};
/** µs for a text key compared by a collation, over a number. */
const textKeyUs = 1.9;
/** µs for the row itself, without any index. */
export const heapInsertUs = 0.51;
export const heapUpdateUs = 1.11;
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
  const keys = index.accessMethod === "gin" ? columns.reduce((sum, column) => sum + elementsPerRow(column), 0) : columns.length - 1;
  const texts = index.accessMethod === "btree" ? columns.filter((column) => column?.category === "S" || column === null).length : 0;
  const perInsert = share * (known.entry + known.key * keys + textKeyUs * texts);
  const lost = index.accessMethod === "brin" ? 0 : writes.hotUpdated * hotLoss(index, relation, setShare);
  // An update that is no longer HOT writes an entry into every index of its table, not only the new one.
  const others = relation.indexes.length * 1.5;
  const perUpdate = perInsert * known.update;
  return { perInsert, perUpdate, us: writes.inserted * perInsert + writes.updated * perUpdate + lost * (perUpdate + others) };
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
  // A lexeme of tsvector takes about 14 bytes, a pair of jsonb about 16; text gives a trigram for each byte.
  const bytesPerKey = column?.category === "S" ? 1 : column?.baseType === "tsvector" ? 14 : 16;
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
