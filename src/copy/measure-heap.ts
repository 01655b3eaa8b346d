import type { MeasuredSize } from "../contract/measurer.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import { ident, qualified } from "../domain/identifier.ts";
import { blockSizeBytes, type RelationName } from "../domain/postgres.ts";
import { bytes } from "../domain/units.ts";
import type { CopyRelation } from "./measure-size.ts";
import { provideStatTuple } from "./stat-tuple.ts";

/** Of a page (bufpage.h). */
const headerBytes = 24;
const usableBytes = blockSizeBytes - headerBytes;
/** A line pointer, and what a row's length is rounded up by on average: lengths are multiples of 8 on the page (MAXALIGN). */
const bytesPerRow = 4 + 3.5;
/** Blocks of a heap that are read and written anew: 64 MiB. */
const mostBlocks = 8192;
/** Large values that are copied with them at most. */
const mostToastBytes = 256 * 1024 ** 2;

/**
 * By pgstattuple_approx: it adds up the rows of pages that are not all-visible, and takes the rest from the free space map
 * (https://www.postgresql.org/docs/current/pgstattuple.html). Up to a third too much, for short rows: the line pointers of removed ones stay on a page.
 */
export async function statedHeap(session: SqlSession, relation: RelationName, found: CopyRelation): Promise<MeasuredSize> {
  const schema = await provideStatTuple(session);
  if (schema === null) return { kind: "unknown", why: "it has no pgstattuple" };
  const [row] = await session.query<{ length: number; rows: number; scanned: number }>(
    `select approx_tuple_len::float8 as length, approx_tuple_count::float8 as rows, scanned_percent::float8 / 100 as scanned
     from ${ident(schema)}.pgstattuple_approx($1::text::regclass)`,
    [qualified(relation)],
  );
  // Of pages that it did not scan, all that is not free counts as rows: line pointers, also those of rows long gone, and headers.
  const headers = (1 - row!.scanned) * found.pages * headerBytes;
  const own = row!.length - headers + row!.rows * bytesPerRow * row!.scanned;
  return {
    kind: "measured",
    neededBytes: Math.ceil(own / ((usableBytes * found.fillfactor) / 100)) * blockSizeBytes,
    copyBytes: found.bytes,
    copyRows: row!.rows,
    how: `by pgstattuple_approx, which read ${Math.round(row!.scanned * 100)} % of its pages there`,
  };
}

/** The rows of a part of its blocks written into a temporary table: exact where all of them are, else within about 2 %. */
export async function sampledHeap(session: SqlSession, relation: RelationName, found: CopyRelation): Promise<MeasuredSize> {
  const part = Math.min(1, mostBlocks / Math.max(1, found.pages));
  if (found.toastBytes * part > mostToastBytes)
    return {
      kind: "unknown",
      why: `to copy its large values (${bytes(found.toastBytes)}) would take too long`,
    };
  const from = `only ${qualified(relation)}${part < 1 ? ` tablesample system (${(part * 100).toFixed(6)}) repeatable (0)` : ""}`;
  await session.query(
    `create temporary table plansmith_size with (fillfactor = ${found.fillfactor}, autovacuum_enabled = off) as select * from ${from}`,
  );
  const [row] = await session.query<{ bytes: string; rows: string }>(
    "select pg_relation_size('pg_temp.plansmith_size')::text as bytes, (select count(*) from pg_temp.plansmith_size)::text as rows",
  );
  return {
    kind: "measured",
    neededBytes: Number(row!.bytes) / part,
    copyBytes: found.bytes,
    copyRows: Number(row!.rows) / part,
    how:
      part < 1 ? `by ${Math.round(part * found.pages)} of its ${Math.round(found.pages)} blocks there, written anew` : "written anew there",
  };
}
