import type { Reading } from "./reading.ts";

export interface ColumnRow {
  readonly relation: string;
  readonly name: string;
  readonly position: number;
  readonly type: string;
  readonly base_type: string;
  readonly category: string;
  readonly element_type: string | null;
  readonly storage_length: number;
  readonly alignment: string;
  readonly collation: string | null;
  readonly not_null: boolean;
  readonly default_sql: string | null;
  readonly generated: string;
  readonly identity: string;
  readonly statistics_target: number | null;
  readonly options: string[] | null;
}

/** Columns of every relation, by relation OID and position. Domains are followed to the type they stand on. */
export async function readColumns(reading: Reading, schemas: string): Promise<ColumnRow[]> {
  return reading.query<ColumnRow>(
    `with recursive base(type, base) as (
       select oid, oid from pg_type where typtype <> 'd'
       union all
       select d.oid, b.base from pg_type d join base b on b.type = d.typbasetype where d.typtype = 'd'
     )
     select /* plansmith */ a.attrelid::text as relation, a.attname::text as name, a.attnum as position,
       format_type(a.atttypid, a.atttypmod) as type,
       bt.typname::text as base_type, bt.typcategory::text as category,
       case when bt.typcategory = 'A' then et.typname::text end as element_type,
       a.attlen as storage_length, a.attalign::text as alignment,
       case when a.attcollation <> t.typcollation then quote_ident(cn.nspname) || '.' || quote_ident(co.collname) end as collation,
       a.attnotnull as not_null, pg_get_expr(d.adbin, d.adrelid) as default_sql,
       a.attgenerated::text as generated, a.attidentity::text as identity,
       nullif(a.attstattarget, -1) as statistics_target, a.attoptions as options
     from pg_attribute a
       join pg_class c on c.oid = a.attrelid
       join pg_type t on t.oid = a.atttypid
       join base b on b.type = a.atttypid
       join pg_type bt on bt.oid = b.base
       left join pg_type et on et.oid = bt.typelem
       left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
       left join pg_collation co on co.oid = a.attcollation
       left join pg_namespace cn on cn.oid = co.collnamespace
     where c.relkind in ('r', 'p', 'm', 'v', 'f') and c.relnamespace = any($1::text::oid[]) and a.attnum > 0 and not a.attisdropped
     order by a.attrelid, a.attnum`,
    [schemas],
  );
}
