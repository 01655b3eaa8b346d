import type { CheckpointCounters, DatabaseCounters, ServerSetting, WalCounters } from "../domain/health.ts";
import type { Reading } from "./reading.ts";
import { forVersion } from "./versions.ts";

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * Settings that an operator tunes. Listed by name: settings that may hold a secret (archive_command, primary_conninfo, ssl_*) are
 * never read. `defaults` gives PostgreSQL's own defaults instead of what the command line says.
 */
export async function readServerSettings(reading: Reading, { defaults }: { readonly defaults: boolean }): Promise<ServerSetting[] | null> {
  return reading.attempt<ServerSetting>(
    { area: "settings", what: "settings of the server", remedy: null },
    `select /* plansmith */ name, case when $1::bool and source = 'command line' then coalesce(boot_val, '') else setting end as value, unit, source
     from pg_settings
     where name ~ '^(autovacuum|vacuum_|checkpoint_|max_wal_|min_wal_|max_parallel_|jit)' or name in (
       'maintenance_work_mem', 'work_mem', 'hash_mem_multiplier', 'shared_buffers', 'effective_cache_size', 'random_page_cost',
       'seq_page_cost', 'effective_io_concurrency', 'max_connections', 'superuser_reserved_connections', 'max_worker_processes',
       'parallel_setup_cost', 'parallel_tuple_cost', 'min_parallel_table_scan_size', 'default_statistics_target', 'track_counts',
       'idle_in_transaction_session_timeout', 'idle_session_timeout', 'statement_timeout', 'lock_timeout', 'log_lock_waits',
       'deadlock_timeout', 'log_temp_files', 'track_io_timing', 'wal_level', 'wal_buffers', 'wal_compression', 'full_page_writes',
       'synchronous_commit', 'fsync', 'default_transaction_isolation', 'max_prepared_transactions', 'hot_standby_feedback',
       'max_slot_wal_keep_size', 'bgwriter_lru_maxpages', 'huge_pages', 'temp_file_limit', 'block_size', 'allow_alter_system')
     order by name collate "C"`,
    [defaults],
  );
}

/** Counters of this database, and how far its oldest transaction id and multixact are from now. */
export async function readDatabaseCounters(reading: Reading): Promise<DatabaseCounters | null> {
  const rows = await reading.attempt<DatabaseCounters>(
    { area: "activity", what: "counters and ages of the database", remedy: null },
    `select /* plansmith */ ${iso("s.stats_reset")} as "countingSince", s.xact_commit::float8 as commits, s.xact_rollback::float8 as rollbacks,
       s.deadlocks::float8 as deadlocks, s.temp_files::float8 as "tempFiles", s.temp_bytes::float8 as "tempBytes",
       s.blks_read::float8 as "blocksRead", s.blks_hit::float8 as "blocksHit",
       age(d.datfrozenxid)::float8 as "frozenXidAge", mxid_age(d.datminmxid)::float8 as "multixactAge"
     from pg_database d join pg_stat_database s on s.datid = d.oid
     where d.datname = current_database()`,
  );
  return rows?.[0] ?? null;
}

/** PostgreSQL 17 moved the checkpointer's counters to a view of their own: https://www.postgresql.org/docs/17/release-17.html */
export async function readCheckpoints(reading: Reading, versionNumber: number): Promise<CheckpointCounters | null> {
  const source = forVersion(versionNumber, {
    0: `checkpoints_timed::float8 as timed, checkpoints_req::float8 as requested, buffers_checkpoint::float8 as "buffersWritten",
       buffers_backend::float8 as "buffersWrittenByBackends" from pg_stat_bgwriter`,
    170000: `num_timed::float8 as timed, num_requested::float8 as requested, buffers_written::float8 as "buffersWritten",
       null::float8 as "buffersWrittenByBackends" from pg_stat_checkpointer`,
  });
  const rows = await reading.attempt<CheckpointCounters>(
    { area: "activity", what: "counters of checkpoints", remedy: null },
    `select /* plansmith */ ${iso("stats_reset")} as "countingSince", ${source}`,
  );
  return rows?.[0] ?? null;
}

/** `pg_stat_wal` came with PostgreSQL 14. */
export async function readWal(reading: Reading, versionNumber: number): Promise<WalCounters | null> {
  if (versionNumber < 140000) return null;
  const rows = await reading.attempt<WalCounters>(
    { area: "activity", what: "counters of WAL", remedy: null },
    `select /* plansmith */ ${iso("stats_reset")} as "countingSince", wal_records::float8 as records, wal_fpi::float8 as "fullPageImages",
       wal_bytes::float8 as bytes, wal_buffers_full::float8 as "buffersFull"
     from pg_stat_wal`,
  );
  return rows?.[0] ?? null;
}
