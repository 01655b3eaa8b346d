import type { Column, Index, Relation } from "../domain/catalog.ts";

/** Page less its header (bufpage.h). */
const pageBytes = 8192 - 24;
const lineBytes = 4;
/** HeapTupleHeaderData before the null bitmap (htup_details.h). */
const headerBytes = 23;
const aligned: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 };
/** A varlena up to this many bytes has a header of one byte and no alignment (varatt.h, VARATT_SHORT_MAX). */
const shortVarlena = 126;

/**
 * Pages that a table's rows would fill if they were written anew, from the widths and null fractions of pg_stats: header, null bitmap
 * and columns laid out with their alignment, one line pointer each, at the table's fillfactor. Null when a column has no statistics or
 * the rows are unknown. About 10 % off: widths are means, and a row's own padding varies.
 */
export function heapPagesNeeded(relation: Relation): number | null {
  const { rows, columns } = relation;
  if (rows === null || rows < 1 || columns.length === 0) return null;
  let offset = 0;
  for (const column of columns) {
    const bytes = storedBytes(column, offset);
    if (bytes === null) return null;
    offset += bytes;
  }
  const nullable = columns.some((column) => (column.statistics?.nullFraction ?? 0) > 0);
  const header = upTo8(headerBytes + (nullable ? Math.ceil(columns.length / 8) : 0));
  const tuple = upTo8(header + offset) + lineBytes;
  const perPage = Math.max(1, Math.floor((pageBytes * fillfactorOf(relation)) / 100 / tuple));
  return Math.ceil(rows / perPage);
}

/** Expected bytes of a column behind `offset` bytes of others, padding included; null without statistics. */
function storedBytes(column: Column, offset: number): number | null {
  const { statistics, storageLength, alignment } = column;
  if (statistics === null) return null;
  const width = storageLength > 0 ? storageLength : statistics.averageWidthBytes;
  const unit = storageLength <= 0 && width <= shortVarlena ? 1 : (aligned[alignment] ?? 8);
  const padding = Math.ceil(offset / unit) * unit - offset;
  return (1 - statistics.nullFraction) * (padding + width);
}

function upTo8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function fillfactorOf({ storageParameters }: Relation): number {
  const said = storageParameters.find((each) => each.startsWith("fillfactor="));
  return said === undefined ? 100 : Number(said.slice("fillfactor=".length));
}

/**
 * Columns that an index of the table reads, in keys, INCLUDE, expressions or predicates: an update of one cannot be heap-only.
 * `heapOnly` leaves out BRIN, which since PostgreSQL 16 does not stand in the way.
 */
export function indexedColumns(relation: Relation, { heapOnly }: { readonly heapOnly: boolean }): ReadonlySet<string> {
  const found = new Set<string>();
  for (const index of relation.indexes) {
    if (heapOnly && index.accessMethod === "brin") continue;
    for (const name of columnsRead(index, relation)) found.add(name);
  }
  return found;
}

function columnsRead(index: Index, relation: Relation): string[] {
  const plain = index.keys.flatMap((key) => (key.column === null ? [] : [key.column]));
  const texts = [...index.keys.filter((key) => key.column === null).map((key) => key.sql), index.predicate ?? ""];
  const named = relation.columns.filter(({ name }) => texts.some((text) => mentions(text, name))).map(({ name }) => name);
  return [...plain, ...index.include, ...named];
}

/** True when the name stands in the text as a word of its own, quoted or not: too many is safe here, too few is not. */
function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])${name.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?![\\w$])`).test(text);
}
