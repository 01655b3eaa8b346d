import type { Catalog } from "./catalog.ts";
import type { Health } from "./health.ts";
import type { Plan } from "./plan.ts";

/** Everything read from one server at one moment. Plain JSON, so it can be saved, replayed and diffed. */
export interface Snapshot {
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly collectedAt: string;
  /** Where the schema and figures come from; a report repeats it. */
  readonly origin: "live" | "schema-file" | "demo";
  readonly server: Server;
  /** Planner-relevant settings as `set_config` takes them. */
  readonly settings: readonly Setting[];
  readonly catalog: Catalog;
  readonly statements: readonly StatementStats[];
  /** What could not be read and why. An empty `statements` with no gap means an idle server. */
  readonly gaps: readonly Gap[];
  /** True when value lists were left out of the statistics (`--redact-values`). */
  readonly valuesRedacted: boolean;
  /** Rows of production (`--sample-rows`): sensitive. Absent unless they were asked for. */
  readonly rowSamples?: readonly RowSample[];
  /** How the server has been running. Absent in files of older versions and for a schema on paper. */
  readonly health?: Health;
}

/** Rows of one table as they lie on disk: a few of each of many blocks. */
export interface RowSample {
  readonly schema: string;
  readonly name: string;
  /** Whole rows as composite text, `(1,"a b",)`: what a cast to the table's type reads. */
  readonly rows: readonly string[];
}

export interface Server {
  /** `server_version_num`, e.g. 170004. */
  readonly versionNumber: number;
  /** e.g. 17. */
  readonly major: number;
  readonly database: string;
  /** `pg_database_size`; null when not readable. */
  readonly databaseBytes: number | null;
  readonly encoding: string;
  readonly collation: string;
  readonly characterType: string;
  /** c = libc, i = icu, b = builtin. */
  readonly localeProvider: string;
  readonly standby: boolean;
  /** The service that runs the server, by a role that only it makes: `Amazon RDS`; null = none is known. Absent in files of older versions. */
  readonly managedBy?: string | null;
  /** Text of a 64-bit number; null when not readable. */
  readonly systemIdentifier: string | null;
  /** ISO 8601 of the last statistics reset of this database; null = never or unknown. */
  readonly countingSince: string | null;
}

export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly unit: string | null;
}

export interface StatementStats {
  /** Signed 64-bit as text: it does not fit a JS number. Null for a statement that came from a file. */
  readonly queryId: string | null;
  /** Constants replaced by $1, $2, … when from pg_stat_statements; as written when from a file. */
  readonly sql: string;
  readonly calls: number;
  readonly totalExecTimeMs: number;
  readonly rows: number | null;
  /** Sum over calls of the square of their time, in ms², from the view's mean and standard deviation; absent or null for a statement from a file. */
  readonly squaresMs2?: number | null;
  /** Shared blocks read from outside shared_buffers; one block is `block_size` bytes, 8192 unless rebuilt. */
  readonly sharedBlocksRead: number | null;
  readonly sharedBlocksHit: number | null;
  readonly tempBlocksWritten: number | null;
  /** Time spent compiling (JIT), all calls, in ms; absent or null before PostgreSQL 15 and for a statement from a file. */
  readonly jitTimeMs?: number | null;
  /** ISO 8601 of the reset after which `calls` were counted; null when unknown. */
  readonly countingSince: string | null;
  /** Where a file statement stands, for messages: `queries.sql:12`. */
  readonly place: string | null;
  /** Executions that a log tells of, slowest first; absent without a log. Values: sensitive. */
  readonly runs?: readonly LoggedRun[];
}

/** One execution in a server's log. */
export interface LoggedRun {
  /** As logged: with literals, or with `$n` where parameters were bound. */
  readonly sql: string;
  /** `{number → value as text, null for NULL}`; empty where the text holds its values. */
  readonly parameters: Readonly<Record<number, string | null>>;
  /** Null when only the text was logged. */
  readonly durationMs: number | null;
  /** auto_explain's; null without it. */
  readonly plan: Plan | null;
}

export type GapArea =
  | "statements"
  | "statistics"
  | "extended-statistics"
  | "catalog"
  | "sizes"
  | "activity"
  | "settings"
  | "ends"
  | "shadow"
  | "server";

/** Something that could not be read, restored or known, and what it costs the advice. */
export interface Gap {
  readonly area: GapArea;
  readonly what: string;
  readonly why: string;
  /** The next command or grant to run; null when nothing helps. */
  readonly remedy: string | null;
}
