import type { Reading } from "./reading.ts";

export interface Size {
  /** Length of the main fork. */
  readonly mainBytes: number;
  /** All forks and, for a table, its TOAST. */
  readonly bytes: number;
}

interface SizeRow {
  readonly oid: string;
  readonly main_bytes: number | null;
  readonly bytes: number | null;
}

/**
 * `{OID → size}` of tables, materialised views and indexes. Asking for a size takes ACCESS SHARE on the relation, so
 * one relation under ACCESS EXCLUSIVE would fail the read for all: then a second read leaves the locked ones out.
 */
export async function readSizes(reading: Reading, schemas: string): Promise<ReadonlyMap<string, Size>> {
  const remedy = "Run again when the lock is gone.";
  const gapsBefore = reading.gaps.length;
  const all = await reading.attempt<SizeRow>({ area: "sizes", what: "current sizes of all relations", remedy }, sizesSql(""), [schemas]);
  if (all) return byOid(all);
  const unlocked = await reading.attempt<SizeRow>(
    { area: "sizes", what: "current sizes of relations: those of the last VACUUM are used", remedy },
    sizesSql("and c.oid not in (select l.relation from pg_locks l where l.relation is not null and l.mode = 'AccessExclusiveLock')"),
    [schemas],
  );
  if (unlocked)
    reading.gaps.splice(gapsBefore, 1, {
      area: "sizes",
      what: "current sizes of relations that another session holds locked: those of their last VACUUM are used",
      why: "an ACCESS EXCLUSIVE lock was held or awaited while reading",
      remedy,
    });
  return byOid(unlocked ?? []);
}

function sizesSql(condition: string): string {
  return `
    select /* plansmith */ c.oid::text as oid,
      pg_relation_size(c.oid, 'main')::float8 as main_bytes, pg_table_size(c.oid)::float8 as bytes
    from pg_class c
    where c.relkind in ('r', 'm', 'i') and c.relnamespace = any($1::text::oid[]) ${condition}`;
}

function byOid(rows: readonly SizeRow[]): Map<string, Size> {
  const sizes = new Map<string, Size>();
  for (const row of rows)
    if (row.main_bytes !== null && row.bytes !== null) sizes.set(row.oid, { mainBytes: row.main_bytes, bytes: row.bytes });
  return sizes;
}
