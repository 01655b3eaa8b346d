import type { Extension, FunctionDefinition } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Reading } from "./reading.ts";

export async function readExtensions(reading: Reading): Promise<Extension[]> {
  return reading.query<Extension>(
    `select /* plansmith */ e.extname::text as name, e.extversion as version, n.nspname::text as schema
     from pg_extension e join pg_namespace n on n.oid = e.extnamespace
     order by e.oid`,
  );
}

/** Names of extensions that CREATE EXTENSION would find; null when the server does not say. */
export async function readAvailableExtensions(reading: Reading): Promise<string[] | null> {
  const rows = await reading.attempt<{ name: string }>(
    { area: "catalog", what: "list of available extensions", remedy: null },
    `select /* plansmith */ name::text as name from pg_available_extensions order by name collate "C"`,
  );
  return rows?.map((row) => row.name) ?? null;
}

/** User functions and procedures; those a range type brings are its own. Aggregates have no `pg_get_functiondef` and are left out. */
export async function readFunctions(reading: Reading, schemas: string): Promise<FunctionDefinition[]> {
  const rows = await reading.attempt<FunctionDefinition>(
    { area: "catalog", what: "functions", remedy: null },
    `select /* plansmith */ n.nspname::text as schema, p.proname::text as name,
       pg_get_function_identity_arguments(p.oid) as arguments, pg_get_functiondef(p.oid) as definition,
       l.lanname::text as language,
       case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
     where p.prokind in ('f', 'p', 'w') and p.pronamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
     order by p.oid`,
    [schemas],
  );
  return rows ?? [];
}

/** Sequences that stand alone or serve a default; those of identity columns come with the column. */
export async function readSequences(reading: Reading, schemas: string): Promise<RelationName[]> {
  const rows = await reading.attempt<RelationName>(
    { area: "catalog", what: "sequences", remedy: null },
    `select /* plansmith */ n.nspname::text as schema, c.relname::text as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and c.relpersistence <> 't' and c.relnamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('e', 'i'))
     order by c.oid`,
    [schemas],
  );
  return rows ?? [];
}
