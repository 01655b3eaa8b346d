import type { Server, Setting } from "../domain/snapshot.ts";
import type { Reading } from "./reading.ts";
import { forVersion } from "./versions.ts";

interface ServerRow {
  version: number;
  database: string;
  encoding: string;
  collation: string;
  character_type: string;
  provider: string;
  standby: boolean;
  marker: string | null;
  counting_since: string | null;
  role: string;
  block_bytes: number;
}

/** Facts every later read needs: version, role, block size; and the server part of a snapshot. */
export interface ServerFacts {
  readonly server: Server;
  readonly role: string;
  readonly blockBytes: number;
}

export async function readServer(reading: Reading): Promise<ServerFacts> {
  const [version] = await reading.query<{ version: number }>(
    "select /* plansmith */ current_setting('server_version_num')::int as version",
  );
  const versionNumber = version?.version ?? 0;
  const [row] = await reading.query<ServerRow>(serverSql(versionNumber), [Object.keys(services)]);
  if (!row) throw new RangeError("pg_database has no row for the current database");
  return {
    role: row.role,
    blockBytes: row.block_bytes,
    server: {
      versionNumber,
      major: Math.floor(versionNumber / 10_000),
      database: row.database,
      databaseBytes: await readDatabaseBytes(reading),
      encoding: row.encoding,
      collation: row.collation,
      characterType: row.character_type,
      localeProvider: row.provider,
      standby: row.standby,
      managedBy: row.marker === null ? null : (services[row.marker] ?? null),
      systemIdentifier: await readSystemIdentifier(reading),
      countingSince: row.counting_since,
    },
  };
}

/**
 * Roles that managed services make in each of their servers, by their own manuals: there ALTER SYSTEM is refused, and settings are kept
 * outside the server.
 */
const services: Readonly<Record<string, string>> = {
  rds_superuser: "Amazon RDS",
  cloudsqlsuperuser: "Google Cloud SQL",
  alloydbsuperuser: "Google AlloyDB",
  azure_pg_admin: "Azure Database for PostgreSQL",
  neon_superuser: "Neon",
  supabase_admin: "Supabase",
  doadmin: "DigitalOcean",
  avnadmin: "Aiven",
  tsdbadmin: "Tiger Cloud",
};

/** `datlocprovider` came with PostgreSQL 15: https://www.postgresql.org/docs/15/release-15.html */
function serverSql(versionNumber: number): string {
  const provider = forVersion(versionNumber, { 0: "'c'", 150000: "d.datlocprovider::text" });
  return `
    select /* plansmith */
      current_database()::text as database, current_user::text as role,
      pg_encoding_to_char(d.encoding)::text as encoding,
      d.datcollate::text as collation, d.datctype::text as character_type, ${provider} as provider,
      (select min(r.rolname::text) from pg_roles r where r.rolname = any($1::text[])) as marker,
      pg_is_in_recovery() as standby, current_setting('block_size')::int as block_bytes,
      to_char(s.stats_reset at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as counting_since
    from pg_database d left join pg_stat_database s on s.datid = d.oid
    where d.datname = current_database()`;
}

async function readDatabaseBytes(reading: Reading): Promise<number | null> {
  const rows = await reading.attempt<{ bytes: number }>(
    { area: "sizes", what: "size of the database", remedy: null },
    "select /* plansmith */ pg_database_size(current_database())::float8 as bytes",
  );
  return rows?.[0]?.bytes ?? null;
}

/** Tells two servers apart. Managed services may forbid it, which costs the advice nothing: no gap. */
async function readSystemIdentifier(reading: Reading): Promise<string | null> {
  const [allowed] = await reading.query<{ allowed: boolean }>(
    "select /* plansmith */ has_function_privilege('pg_catalog.pg_control_system()', 'execute') as allowed",
  );
  if (!allowed?.allowed) return null;
  const rows = await reading.attempt<{ id: string }>(
    { area: "server", what: "system identifier", remedy: null },
    "select /* plansmith */ system_identifier::text as id from pg_control_system()",
  );
  return rows?.[0]?.id ?? null;
}

/**
 * Settings the planner reads, as the session finds them (so ALTER DATABASE … SET counts).
 * List: shadow research, section 4.2; `pg_settings.setting` is in `unit`, as set_config takes it.
 */
export async function readSettings(reading: Reading): Promise<Setting[]> {
  const rows = await reading.attempt<Setting>(
    { area: "settings", what: "planner settings", remedy: null },
    `select /* plansmith */ name, setting as value, unit
     from pg_settings
     where category like 'Query Tuning%' or name in (
       'work_mem', 'hash_mem_multiplier', 'temp_buffers', 'maintenance_work_mem', 'effective_io_concurrency', 'io_combine_limit',
       'max_parallel_workers', 'max_parallel_workers_per_gather', 'max_parallel_maintenance_workers', 'max_worker_processes',
       'parallel_leader_participation', 'search_path', 'TimeZone', 'DateStyle', 'IntervalStyle', 'default_text_search_config',
       'default_statistics_target', 'jit', 'block_size', 'wal_level', 'row_security', 'standard_conforming_strings',
       'extra_float_digits', 'bytea_output', 'lc_monetary', 'lc_numeric', 'track_counts', 'autovacuum', 'array_nulls',
       'shared_buffers', 'pg_stat_statements.track', 'pg_trgm.similarity_threshold', 'pg_trgm.word_similarity_threshold',
       'pg_trgm.strict_word_similarity_threshold', 'hnsw.ef_search', 'ivfflat.probes')
     order by name collate "C"`,
  );
  return rows ?? [];
}
