import type { RelationName } from "./postgres.ts";

/**
 * How a server has been running: counters, ages and sessions, beside its schema and workload. Part of a snapshot since tuning
 * rules read it; each part is null when it could not be read, and then a gap says why. Times are ISO 8601 UTC, ages are counts.
 */
export interface Health {
  /** Settings an operator sets, in `unit`, as `pg_settings` has them. */
  readonly settings: readonly ServerSetting[] | null;
  readonly database: DatabaseCounters | null;
  readonly checkpoints: CheckpointCounters | null;
  /** Null before PostgreSQL 14 too. */
  readonly wal: WalCounters | null;
  readonly maintenance: readonly RelationMaintenance[] | null;
  readonly sequences: readonly SequenceState[] | null;
  readonly sessions: SessionCounts | null;
  /** What may hold back VACUUM or WAL beside running transactions. */
  readonly horizonHolders: readonly HorizonHolder[] | null;
  /** Null too where the role sees only its own sessions, and in files of older versions. */
  readonly vacuum: VacuumActivity | null;
  /** Utility commands that change a session's state, by kind; no text is read. */
  readonly sessionCommands: readonly SessionCommand[] | null;
}

export type HealthPart = keyof Health;

export interface ServerSetting {
  readonly name: string;
  readonly value: string;
  readonly unit: string | null;
  /** `pg_settings.source`: default, configuration file, database, … */
  readonly source: string;
}

/** `pg_stat_database` of this database, since `countingSince`. */
export interface DatabaseCounters {
  readonly countingSince: string | null;
  readonly commits: number;
  readonly rollbacks: number;
  readonly deadlocks: number;
  readonly tempFiles: number;
  readonly tempBytes: number;
  readonly blocksRead: number;
  readonly blocksHit: number;
  /** `age(datfrozenxid)`, in transactions. */
  readonly frozenXidAge: number;
  /** `mxid_age(datminmxid)`, in multixacts. */
  readonly multixactAge: number;
}

/** `pg_stat_checkpointer` (17 and later) or `pg_stat_bgwriter`, of the whole server. */
export interface CheckpointCounters {
  readonly countingSince: string | null;
  /** Started because `checkpoint_timeout` had passed. */
  readonly timed: number;
  /** Started because `max_wal_size` was near, or on request. */
  readonly requested: number;
  readonly buffersWritten: number;
  /** Buffers that sessions had to write themselves; null from PostgreSQL 17, which counts them elsewhere. */
  readonly buffersWrittenByBackends: number | null;
}

export interface WalCounters {
  readonly countingSince: string | null;
  readonly records: number;
  readonly fullPageImages: number;
  readonly bytes: number;
  /** Times that WAL went to disk because wal_buffers was full. */
  readonly buffersFull: number;
}

/** What VACUUM and ANALYZE did, and how far a table's ages have come. */
export interface RelationMaintenance extends RelationName {
  /** Transactions since the oldest unfrozen one of the table and its TOAST table. */
  readonly frozenXidAge: number;
  readonly multixactAge: number;
  readonly vacuums: number;
  readonly autovacuums: number;
  readonly analyzes: number;
  readonly autoanalyzes: number;
  /** Null before PostgreSQL 13. */
  readonly insertsSinceVacuum: number | null;
  /** Updates whose new version went to another page; null before PostgreSQL 16. */
  readonly updatesToNewPage: number | null;
  /** Of the TOAST table's main fork; 0 without one. */
  readonly toastBytes: number;
  readonly replicaIdentity: "default" | "nothing" | "full" | "index";
  /** In some publication that carries updates or deletes (FOR ALL TABLES counts). */
  readonly published: boolean;
}

export interface SequenceState extends RelationName {
  /** `smallint`, `integer` or `bigint`. */
  readonly type: string;
  /** As text: 64 bits. Null = never used, or not readable by the role. */
  readonly lastValue: string | null;
  readonly minValue: string;
  readonly maxValue: string;
  readonly increment: string;
  readonly cycles: boolean;
  /** The column whose default or identity it serves. */
  readonly owner: (RelationName & { readonly column: string }) | null;
}

/** `pg_stat_activity` at the moment of reading, client sessions of the whole server; no text, no name of anybody. */
export interface SessionCounts {
  readonly active: number;
  readonly idle: number;
  readonly idleInTransaction: number;
  /** Waiting for a heavyweight lock. */
  readonly waitingForLock: number;
  /** Longest of these waits in seconds, null when nobody waits. */
  readonly longestLockWaitSeconds: number | null;
  /** Sessions that make others wait and are idle in a transaction. */
  readonly idleBlockers: number;
  /** Age in seconds of the oldest open transaction, null without any. */
  readonly oldestTransactionSeconds: number | null;
  /** Seconds that the session longest idle in a transaction has been so; null without any. */
  readonly longestIdleInTransactionSeconds: number | null;
  /** Largest `age(backend_xmin)`: what VACUUM cannot remove because somebody may see it; null without any. */
  readonly oldestXminAge: number | null;
}

export interface HorizonHolder {
  readonly kind: "replication-slot" | "prepared-transaction" | "standby-feedback";
  readonly name: string;
  readonly active: boolean;
  /** Transactions that VACUUM keeps for it; null when it holds none. */
  readonly xminAge: number | null;
  /** The same in the system catalogs alone, for a logical slot; null for others. Absent in files of older versions, whose `xminAge` holds both. */
  readonly catalogXminAge?: number | null;
  /** WAL kept for a slot; null for others. */
  readonly retainedBytes: number | null;
  /** Since a prepared transaction was prepared; null for others. */
  readonly ageSeconds: number | null;
}

/** Vacuums at the moment of reading. */
export interface VacuumActivity {
  /** Autovacuum workers at work in any database of the server. */
  readonly autovacuumWorkers: number;
  /** Vacuums of this database, VACUUM FULL left out. */
  readonly running: readonly RunningVacuum[];
}

export interface RunningVacuum extends RelationName {
  /** By a worker of autovacuum, and not by somebody's command. */
  readonly automatic: boolean;
  /** As `pg_stat_progress_vacuum` has it: `scanning heap`, `vacuuming indexes`, … */
  readonly phase: string;
  /** Rounds over all indexes of the table that are done. */
  readonly indexPasses: number;
}

export const sessionCommandKinds = [
  "set-session",
  "listen",
  "prepare",
  "temporary-table",
  "cursor-with-hold",
  "advisory-lock",
  "load",
] as const;

export interface SessionCommand {
  readonly kind: (typeof sessionCommandKinds)[number];
  readonly calls: number;
}
