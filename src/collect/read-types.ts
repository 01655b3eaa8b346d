import type { CompositeType, DomainType, EnumType, RangeType, UserCollation } from "../domain/catalog.ts";
import type { Reading } from "./reading.ts";
import { forVersion } from "./versions.ts";

// Members of an extension come with the extension, so each read leaves them out.
// `$1` is the OIDs of all user schemas, as array text.

const remedy = null;

export async function readEnums(reading: Reading, schemas: string): Promise<EnumType[]> {
  const rows = await reading.attempt<EnumType>(
    { area: "catalog", what: "enum types", remedy },
    `select /* plansmith */ n.nspname::text as schema, t.typname::text as name,
       (select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) as labels
     from pg_type t join pg_namespace n on n.oid = t.typnamespace
     where t.typtype = 'e' and t.typnamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
     order by t.oid`,
    [schemas],
  );
  return (rows ?? []).map((row) => ({ ...row, labels: row.labels ?? [] }));
}

export async function readDomains(reading: Reading, schemas: string): Promise<DomainType[]> {
  const rows = await reading.attempt<DomainType>(
    { area: "catalog", what: "domains", remedy },
    `select /* plansmith */ n.nspname::text as schema, t.typname::text as name,
       format_type(t.typbasetype, t.typtypmod) as "baseType", t.typnotnull as "notNull", t.typdefault as "default",
       coalesce((select array_agg('CONSTRAINT ' || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid) order by c.conname)
         from pg_constraint c where c.contypid = t.oid and c.contype = 'c'), '{}'::text[]) as checks
     from pg_type t join pg_namespace n on n.oid = t.typnamespace
     where t.typtype = 'd' and t.typnamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
     order by t.oid`,
    [schemas],
  );
  return rows ?? [];
}

export async function readComposites(reading: Reading, schemas: string): Promise<CompositeType[]> {
  const rows = await reading.attempt<CompositeType>(
    { area: "catalog", what: "composite types", remedy },
    `select /* plansmith */ n.nspname::text as schema, c.relname::text as name,
       coalesce((select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
         from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as attributes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'c' and c.relnamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = c.reltype and d.deptype = 'e')
     order by c.oid`,
    [schemas],
  );
  return rows ?? [];
}

/** Multiranges came with PostgreSQL 14: https://www.postgresql.org/docs/14/release-14.html */
export async function readRanges(reading: Reading, schemas: string, versionNumber: number): Promise<RangeType[]> {
  const multirange = forVersion(versionNumber, {
    0: "null::text",
    140000: "(select m.typname::text from pg_type m where m.oid = r.rngmultitypid)",
  });
  const rows = await reading.attempt<RangeType>(
    { area: "catalog", what: "range types", remedy },
    `select /* plansmith */ n.nspname::text as schema, t.typname::text as name,
       format_type(r.rngsubtype, null) as subtype, ${multirange} as multirange
     from pg_range r join pg_type t on t.oid = r.rngtypid join pg_namespace n on n.oid = t.typnamespace
     where t.typnamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
     order by t.oid`,
    [schemas],
  );
  return rows ?? [];
}

/** The ICU locale moved: `collcollate` before 15, `colliculocale` in 15 and 16, `colllocale` from 17 on (release notes of 15 and 17). */
export async function readCollations(reading: Reading, schemas: string, versionNumber: number): Promise<UserCollation[]> {
  const locale = forVersion(versionNumber, {
    0: "c.collcollate",
    150000: "coalesce(c.colliculocale, c.collcollate)",
    170000: "coalesce(c.colllocale, c.collcollate)",
  });
  const rows = await reading.attempt<UserCollation>(
    { area: "catalog", what: "collations", remedy },
    `select /* plansmith */ n.nspname::text as schema, c.collname::text as name,
       case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end as provider,
       coalesce(${locale}, '')::text as locale, c.collisdeterministic as deterministic
     from pg_collation c join pg_namespace n on n.oid = c.collnamespace
     where c.collnamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_collation'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.oid`,
    [schemas],
  );
  return rows ?? [];
}
