import type { RelationMaintenance } from "../domain/health.ts";
import type { Reading } from "./reading.ts";
import { forVersion } from "./versions.ts";

/**
 * VACUUM's and ANALYZE's counters and the ages of every table of the schemas, its TOAST table's age included. `n_ins_since_vacuum` came
 * with PostgreSQL 13, `n_tup_newpage_upd` with 16: https://www.postgresql.org/docs/current/monitoring-stats.html
 */
export async function readMaintenance(reading: Reading, schemas: string, versionNumber: number): Promise<RelationMaintenance[] | null> {
  const inserts = forVersion(versionNumber, { 0: "null::float8", 130000: "s.n_ins_since_vacuum::float8" });
  const newPage = forVersion(versionNumber, { 0: "null::float8", 160000: "s.n_tup_newpage_upd::float8" });
  return reading.attempt<RelationMaintenance>(
    { area: "activity", what: "vacuum counters and transaction ages of tables", remedy: null },
    `select /* plansmith */ n.nspname::text as schema, c.relname::text as name,
       greatest(age(c.relfrozenxid), age(t.relfrozenxid))::float8 as "frozenXidAge",
       greatest(mxid_age(c.relminmxid), mxid_age(t.relminmxid))::float8 as "multixactAge",
       coalesce(s.vacuum_count, 0)::float8 as vacuums, coalesce(s.autovacuum_count, 0)::float8 as autovacuums,
       coalesce(s.analyze_count, 0)::float8 as analyzes, coalesce(s.autoanalyze_count, 0)::float8 as autoanalyzes,
       ${inserts} as "insertsSinceVacuum", ${newPage} as "updatesToNewPage",
       (coalesce(t.relpages, 0)::float8 * current_setting('block_size')::float8) as "toastBytes",
       case c.relreplident when 'n' then 'nothing' when 'f' then 'full' when 'i' then 'index' else 'default' end as "replicaIdentity",
       exists (select from pg_publication_tables p join pg_publication o on o.pubname = p.pubname
         where p.schemaname = n.nspname and p.tablename = c.relname and (o.pubupdate or o.pubdelete)) as published
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
       left join pg_class t on t.oid = c.reltoastrelid
       left join pg_stat_all_tables s on s.relid = c.oid
     where c.relkind in ('r', 'm') and c.relpersistence <> 't' and c.relnamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.oid`,
    [schemas],
  );
}
