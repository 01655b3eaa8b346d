import type { RelationName } from "../domain/postgres.ts";
import type { Reading } from "./reading.ts";
import { forVersion } from "./versions.ts";

export interface IndexRow {
  readonly oid: string;
  readonly relation: string;
  readonly schema: string;
  readonly name: string;
  readonly access_method: string;
  readonly is_unique: boolean;
  readonly nulls_not_distinct: boolean;
  readonly is_primary: boolean;
  readonly valid: boolean;
  readonly replica_identity: boolean;
  readonly clustered: boolean;
  readonly options: string[] | null;
  readonly definition: string;
  readonly parent: RelationName | null;
  readonly partitioned: boolean;
  readonly reltuples: number;
  readonly relpages: number;
  readonly scans: number | null;
  readonly last_scan: string | null;
}

/** NULLS NOT DISTINCT came with PostgreSQL 15, last_idx_scan with 16 (release notes of each). */
export async function readIndexes(reading: Reading, schemas: string, versionNumber: number): Promise<IndexRow[]> {
  const nullsNotDistinct = forVersion(versionNumber, { 0: "false", 150000: "i.indnullsnotdistinct" });
  const lastScan = forVersion(versionNumber, {
    0: "null::text",
    160000: `to_char(s.last_idx_scan at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  });
  return reading.query<IndexRow>(
    `select /* plansmith */ i.indexrelid::text as oid, i.indrelid::text as relation, n.nspname::text as schema, c.relname::text as name,
       am.amname::text as access_method, i.indisunique as is_unique, ${nullsNotDistinct} as nulls_not_distinct,
       i.indisprimary as is_primary, i.indisvalid and i.indisready and i.indislive as valid,
       i.indisreplident as replica_identity, i.indisclustered as clustered,
       c.reloptions as options, pg_get_indexdef(i.indexrelid) as definition,
       (select json_build_object('schema', pn.nspname, 'name', p.relname)
         from pg_inherits h join pg_class p on p.oid = h.inhparent join pg_namespace pn on pn.oid = p.relnamespace
         where h.inhrelid = i.indexrelid) as parent,
       c.relkind = 'I' as partitioned, c.reltuples, c.relpages, s.idx_scan::float8 as scans, ${lastScan} as last_scan
     from pg_index i
       join pg_class c on c.oid = i.indexrelid
       join pg_namespace n on n.oid = c.relnamespace
       join pg_am am on am.oid = c.relam
       left join pg_stat_all_indexes s on s.indexrelid = i.indexrelid
     where c.relnamespace = any($1::text::oid[])
     order by i.indexrelid`,
    [schemas],
  );
}

export interface IndexColumnRow {
  readonly index: string;
  /** From 1. */
  readonly position: number;
  /** The index's own name for the column: what `pg_stats` lists an expression under. */
  readonly name: string;
  readonly is_key: boolean;
  /** Table column, null for an expression. */
  readonly column: string | null;
  readonly table_position: number | null;
  readonly sql: string;
  readonly operator_class: string | null;
  readonly default_operator_class: boolean | null;
  readonly plain_collation: boolean;
  /** pg_index.indoption: 1 = DESC, 2 = NULLS FIRST. https://www.postgresql.org/docs/current/catalog-pg-index.html */
  readonly option: number | null;
  readonly storage_length: number;
  readonly alignment: string;
  readonly predicate: string | null;
}

/**
 * Keys and included columns of every index. Read under the database's own search_path, so that expressions and
 * predicates read as they do in the workload's statements.
 */
export async function readIndexColumns(reading: Reading, schemas: string): Promise<IndexColumnRow[]> {
  return reading.query<IndexColumnRow>(
    `select /* plansmith */ i.indexrelid::text as index, a.attnum as position, a.attname::text as name,
       a.attnum <= i.indnkeyatts as is_key, t.attname::text as "column", t.attnum as table_position,
       pg_get_indexdef(i.indexrelid, a.attnum, true) as sql,
       oc.opcname::text as operator_class, oc.opcdefault as default_operator_class,
       coalesce(i.indcollation[a.attnum - 1], 0) = coalesce(t.attcollation, 0) as plain_collation,
       case when a.attnum <= i.indnkeyatts then i.indoption[a.attnum - 1] end as option,
       a.attlen as storage_length, a.attalign::text as alignment,
       case when a.attnum = 1 then pg_get_expr(i.indpred, i.indrelid, true) end as predicate
     from pg_index i
       join pg_class c on c.oid = i.indexrelid
       join pg_attribute a on a.attrelid = i.indexrelid
       left join pg_attribute t on t.attrelid = i.indrelid and t.attnum = i.indkey[a.attnum - 1] and t.attnum <> 0
       left join pg_opclass oc on a.attnum <= i.indnkeyatts and oc.oid = i.indclass[a.attnum - 1]
     where c.relnamespace = any($1::text::oid[])
     order by i.indexrelid, a.attnum`,
    [schemas],
  );
}
