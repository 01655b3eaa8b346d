import type { NamedDefinition, RelationActivity, RelationKind } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Reading } from "./reading.ts";

export interface RelationRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  readonly reltuples: number;
  readonly relpages: number;
  readonly relallvisible: number;
  readonly options: string[] | null;
  readonly row_security: boolean;
  readonly unlogged: boolean;
  readonly access_method: string | null;
  readonly triggers: NamedDefinition[] | null;
  readonly policies: NamedDefinition[] | null;
  readonly partition_key: string | null;
  readonly partition_bound: string | null;
  readonly parents: RelationName[] | null;
  readonly activity: RelationActivity | null;
}

/** Tables, partitioned tables, views, materialised views and foreign tables, with their counters, in creation order. */
export async function readRelations(reading: Reading, schemas: string): Promise<RelationRow[]> {
  return reading.query<RelationRow>(
    `select /* plansmith */ c.oid::text as oid, n.nspname::text as schema, c.relname::text as name,
       case c.relkind when 'r' then 'table' when 'p' then 'partitioned-table' when 'm' then 'materialized-view'
         when 'v' then 'view' else 'foreign-table' end as kind,
       c.reltuples, c.relpages, c.relallvisible, c.reloptions as options,
       c.relrowsecurity as row_security, c.relpersistence = 'u' as unlogged,
       (select a.amname::text from pg_am a where a.oid = c.relam) as access_method,
       (select json_agg(json_build_object('name', t.tgname, 'definition', pg_get_triggerdef(t.oid)) order by t.tgname)
         from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal
           and not exists (select from pg_depend d where d.classid = 'pg_trigger'::regclass and d.objid = t.oid and d.deptype in ('P', 'S'))) as triggers,
       (select json_agg(json_build_object('name', p.polname, 'definition', format('CREATE POLICY %I ON %I.%I AS %s FOR %s%s%s',
           p.polname, n.nspname, c.relname, case when p.polpermissive then 'PERMISSIVE' else 'RESTRICTIVE' end,
           case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end,
           ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')) order by p.polname)
         from pg_policy p where p.polrelid = c.oid) as policies,
       case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_key,
       case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end as partition_bound,
       (select json_agg(json_build_object('schema', pn.nspname, 'name', p.relname) order by i.inhseqno)
         from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
         where i.inhrelid = c.oid) as parents,
       case when s.relid is not null then json_build_object(
         'sequentialScans', coalesce(s.seq_scan, 0), 'sequentialRowsRead', coalesce(s.seq_tup_read, 0),
         'indexScans', coalesce(s.idx_scan, 0),
         'rowsInserted', s.n_tup_ins, 'rowsUpdated', s.n_tup_upd, 'rowsHotUpdated', s.n_tup_hot_upd, 'rowsDeleted', s.n_tup_del,
         'liveRows', s.n_live_tup, 'deadRows', s.n_dead_tup, 'rowsModifiedSinceAnalyze', s.n_mod_since_analyze,
         'lastVacuum', to_char(greatest(s.last_vacuum, s.last_autovacuum) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'lastAnalyze', to_char(greatest(s.last_analyze, s.last_autoanalyze) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
       ) end as activity
     from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_stat_all_tables s on s.relid = c.oid
     where c.relkind in ('r', 'p', 'm', 'v', 'f') and c.relpersistence <> 't' and c.relnamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.oid`,
    [schemas],
  );
}

/** `{OID → pg_get_viewdef}`. Taken apart because it locks what the view reads, for which it may have to wait. */
export async function readViewDefinitions(reading: Reading, schemas: string): Promise<Map<string, string>> {
  const rows = await reading.attempt<{ oid: string; definition: string }>(
    {
      area: "catalog",
      what: "definitions of views: statements that read a view cannot be planned",
      remedy: "Run again when the lock is gone.",
    },
    `select /* plansmith */ c.oid::text as oid, pg_get_viewdef(c.oid) as definition
     from pg_class c
     where c.relkind in ('v', 'm') and c.relpersistence <> 't' and c.relnamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`,
    [schemas],
  );
  return new Map((rows ?? []).map((row) => [row.oid, row.definition]));
}
