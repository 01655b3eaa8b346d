import type { RunningVacuum, VacuumActivity } from "../domain/health.ts";
import { ident } from "../domain/identifier.ts";
import type { Reading } from "./reading.ts";

/** Vacuums that are listed: more than a server's workers and administrators run. */
const mostListed = 100;

/** Workers of autovacuum on the server, and this database's running vacuums. Null and a gap where the role sees only its own. */
export async function readVacuums(reading: Reading, role: string): Promise<VacuumActivity | null> {
  const rows = await reading.attempt<{ allowed: boolean; workers: number; running: RunningVacuum[] }>(
    { area: "activity", what: "running vacuums", remedy: `GRANT pg_read_all_stats TO ${ident(role)};` },
    `select /* plansmith */ pg_has_role('pg_read_all_stats', 'usage') as allowed,
       (select count(*)::float8 from pg_stat_activity where backend_type = 'autovacuum worker') as workers,
       coalesce((select json_agg(v order by v.schema, v.name) from (
         select n.nspname::text as schema, c.relname::text as name, a.backend_type = 'autovacuum worker' as automatic,
           p.phase, p.index_vacuum_count::float8 as "indexPasses"
         from pg_stat_progress_vacuum p
           join pg_stat_activity a on a.pid = p.pid
           join pg_class c on c.oid = p.relid join pg_namespace n on n.oid = c.relnamespace
         where p.datname = current_database() and n.nspname <> 'pg_toast'
         limit ${mostListed}) v), '[]') as running`,
  );
  const row = rows?.[0];
  if (!row) return null;
  if (row.allowed) return { autovacuumWorkers: row.workers, running: row.running };
  reading.gaps.push({
    area: "activity",
    what: "autovacuum's workers and running vacuums",
    why: "pg_stat_activity shows a role only its own sessions",
    remedy: `GRANT pg_read_all_stats TO ${ident(role)};`,
  });
  return null;
}
