import type { ColumnStatistics } from "../domain/catalog.ts";

/** What the size of an index depends on, for one table or one partition. */
export interface IndexShape {
  readonly accessMethod: string;
  /** Rows the index would hold: the planner's estimate under the index's predicate. */
  readonly rows: number;
  /** Rows of the table. */
  readonly tableRows: number;
  /** Blocks of the table's main fork. */
  readonly heapPages: number;
  readonly keys: readonly IndexColumn[];
  readonly include: readonly IndexColumn[];
  /** Options given in WITH (…), by name. */
  readonly storage: Readonly<Record<string, string>>;
  /** B-tree: from the meta page CREATE INDEX wrote. */
  readonly deduplicates: boolean;
  /** True when a unique index of the table covers a subset of the keys. */
  readonly uniqueTogether: boolean;
  /** Distinct combinations of the keys among `tableRows`, where extended statistics know them. */
  readonly distinctTogether: number | null;
  /** Production's major version: build methods changed over time. */
  readonly major: number;
  /** GiST and SP-GiST: blocks of this index over `rows` sampled rows, where there is a sample. */
  readonly built?: { readonly pages: number; readonly rows: number };
}

export interface IndexColumn {
  /** SQL of the key, for messages. */
  readonly label: string;
  /** `typname` of the type the index stores. */
  readonly typeName: string;
  /** `attlen`: −1 for varlena. */
  readonly storageLength: number;
  /** `attalign`: c, s, i or d. */
  readonly alignment: string;
  readonly operatorClass: string;
  /** Statistics of the column, or those synthesised for the expression; null when there are none. */
  readonly statistics: ColumnStatistics | null;
  /** True when `statistics` were derived from a few hundred values, so that their element lists are no more than that. */
  readonly derived: boolean;
  /** False when the index's predicate rules NULLs out. */
  readonly nulls: boolean;
  /** Values of sampled rows, where there is a sample and the access method takes keys out of values. */
  readonly sampledValues?: readonly (string | null)[];
}

/** Sizes in blocks. */
export interface IndexSize {
  readonly pages: number;
  /** B-tree: levels above the leaves. */
  readonly height: number;
  /** Counts for GIN's meta page. */
  readonly gin: { readonly entryPages: number; readonly dataPages: number; readonly entries: number } | null;
  /** BRIN: blocks of the range map. */
  readonly revmapPages: number;
  /** Summary tuples for BRIN, else rows: what pg_class.reltuples holds after a build. */
  readonly rows: number;
  /** Why the figure is a guess; null when formula and statistics cover it. */
  readonly uncertain: string | null;
}

export function indexSize(size: Partial<IndexSize> & Pick<IndexSize, "pages" | "rows">): IndexSize {
  return { height: 0, gin: null, revmapPages: 0, uncertain: null, ...size, pages: Math.max(1, Math.ceil(size.pages)) };
}

/** MAXALIGN on 64-bit platforms, which is what production is. */
export function maxAligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

export const pageHeaderBytes = 24;
export const lineBytes = 4;

/** `fillfactor` of the index in percent, or the access method's default. */
export function fillFactor(storage: Readonly<Record<string, string>>, byDefault: number): number {
  const asked = Number(storage.fillfactor);
  return Number.isFinite(asked) && asked >= 10 && asked <= 100 ? asked : byDefault;
}
