import { ident } from "../domain/identifier.ts";
import type { StatementStats } from "../domain/snapshot.ts";
import type { Reading } from "./reading.ts";
import { extensionVersionNumber, forVersion } from "./versions.ts";

export interface StatementsFilter {
  readonly top: number;
  readonly minCalls: number;
}

/** pg_stat_statements as it is installed in this database. */
export interface StatementsExtension {
  readonly schema: string;
  readonly version: string;
}

interface StatementRow {
  readonly query_id: string;
  readonly sql: string;
  readonly calls: number;
  readonly time_ms: number;
  readonly rows: number;
  readonly blocks_read: number;
  readonly blocks_hit: number;
  readonly temp_blocks_written: number;
  readonly jit_ms: number | null;
  readonly squares_ms2: number;
  readonly counting_since: string | null;
  readonly of_statements: number;
  readonly of_time_ms: number;
}

/**
 * The costliest statements of this database, rows of different roles and nesting levels merged.
 * What the extension hides, has lost or holds beyond `top` becomes a gap.
 */
export async function readStatements(
  reading: Reading,
  extension: StatementsExtension | null,
  filter: StatementsFilter,
  role: string,
): Promise<StatementStats[]> {
  if (!extension) {
    reading.gaps.push({
      area: "statements",
      what: "workload: pg_stat_statements is not installed in this database",
      why: "the extension is missing here",
      remedy: "CREATE EXTENSION pg_stat_statements; (after adding it to shared_preload_libraries and a restart), or pass --statements FILE",
    });
    return [];
  }
  const rows = await reading.attempt<StatementRow>(
    { area: "statements", what: "workload: pg_stat_statements", remedy: (sqlState) => remedyOf(sqlState, extension, role) },
    statementsSql(extension),
    [filter.minCalls, filter.top],
  );
  if (!rows) return [];
  const resetAt = await readReset(reading, extension);
  await notePartialView(reading, extension, role);
  noteTruncation(reading, rows);
  return rows.map((row) => ({
    queryId: row.query_id,
    sql: row.sql,
    calls: row.calls,
    totalExecTimeMs: row.time_ms,
    rows: row.rows,
    sharedBlocksRead: row.blocks_read,
    sharedBlocksHit: row.blocks_hit,
    tempBlocksWritten: row.temp_blocks_written,
    jitTimeMs: row.jit_ms,
    squaresMs2: row.squares_ms2,
    countingSince: row.counting_since ?? resetAt,
    place: null,
  }));
}

/**
 * Column names by extension version. 1.8 (PostgreSQL 13) split planning from execution; 1.10 (PostgreSQL 15) counts JIT; 1.11 (PostgreSQL 17) counts each
 * entry from its own time. https://www.postgresql.org/docs/current/pgstatstatements.html and the release notes of 13 and 17.
 */
function statementsSql(extension: StatementsExtension): string {
  const version = extensionVersionNumber(extension.version);
  const time = forVersion(version, { 0: "total_time", 108: "total_exec_time" });
  const [mean, deviation] = [
    forVersion(version, { 0: "mean_time", 108: "mean_exec_time" }),
    forVersion(version, { 0: "stddev_time", 108: "stddev_exec_time" }),
  ];
  const jit = forVersion(version, {
    0: "null::float8",
    110: "sum(s.jit_generation_time + s.jit_inlining_time + s.jit_optimization_time + s.jit_emission_time)::float8",
  });
  const since = forVersion(version, { 0: "null::timestamptz", 111: "min(s.stats_since)" });
  return `
    select /* plansmith */ s.queryid::text as query_id, s.query as sql,
      sum(s.calls)::float8 as calls, sum(s.${time})::float8 as time_ms, sum(s.rows)::float8 as rows,
      sum(s.shared_blks_read)::float8 as blocks_read, sum(s.shared_blks_hit)::float8 as blocks_hit,
      sum(s.temp_blks_written)::float8 as temp_blocks_written, ${jit} as jit_ms,
      sum(s.calls * (s.${deviation} ^ 2 + s.${mean} ^ 2))::float8 as squares_ms2,
      to_char(${since} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as counting_since,
      (count(*) over ())::float8 as of_statements, sum(sum(s.${time})) over ()::float8 as of_time_ms
    from ${ident(extension.schema)}.pg_stat_statements s
    where s.dbid = (select d.oid from pg_database d where d.datname = current_database())
      and s.queryid is not null
      and s.query not like '%/* plansmith */%'
      and left(s.query, 4000) ~* '^(\\s|\\(|/\\*.*?\\*/|--[^\\n]*\\n)*(select|with|insert|update|delete|merge|table|values)\\M'
    group by s.queryid, s.query
    having sum(s.calls) >= $1::int8
    order by sum(s.${time}) desc, s.queryid, s.query collate "C"
    limit $2::int8`;
}

function remedyOf(sqlState: string | null, extension: StatementsExtension, role: string): string | null {
  // object_not_in_prerequisite_state: the library was not loaded when the server started.
  if (sqlState === "55000")
    return "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'; and restart, or pass --statements FILE";
  if (sqlState === "42501")
    return `GRANT USAGE ON SCHEMA ${ident(extension.schema)} TO ${role}; GRANT SELECT ON ${ident(extension.schema)}.pg_stat_statements TO ${role};`;
  if (sqlState === "42703" || sqlState === "42883") return "ALTER EXTENSION pg_stat_statements UPDATE;";
  return null;
}

/** When all entries were last discarded; the view came with extension version 1.9 (PostgreSQL 14). */
async function readReset(reading: Reading, extension: StatementsExtension): Promise<string | null> {
  if (extensionVersionNumber(extension.version) < 109) return null;
  const rows = await reading.attempt<{ reset_at: string | null; evictions: number }>(
    { area: "statements", what: "time at which statements were last reset", remedy: null },
    `select /* plansmith */ to_char(i.stats_reset at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as reset_at, i.dealloc::float8 as evictions
     from ${ident(extension.schema)}.pg_stat_statements_info i`,
  );
  const evictions = rows?.[0]?.evictions ?? 0;
  if (evictions > 0)
    reading.gaps.push({
      area: "statements",
      what: "statements that were pushed out of pg_stat_statements",
      why: `it was full ${evictions} times since its reset, and each time dropped its least executed statements`,
      remedy: "Raise pg_stat_statements.max (a restart is needed).",
    });
  return rows?.[0]?.reset_at ?? null;
}

async function notePartialView(reading: Reading, extension: StatementsExtension, role: string): Promise<void> {
  const rows = await reading.attempt<{ hidden: number; lost: number; track: string | null }>(
    { area: "statements", what: "number of statements this role may not see", remedy: null },
    `select /* plansmith */ (count(*) filter (where s.queryid is null))::float8 as hidden,
       (count(*) filter (where s.queryid is not null and s.query is null))::float8 as lost,
       current_setting('pg_stat_statements.track', true) as track
     from ${ident(extension.schema)}.pg_stat_statements s
     where s.dbid = (select d.oid from pg_database d where d.datname = current_database())`,
  );
  const { hidden = 0, lost = 0, track = null } = rows?.[0] ?? {};
  if (hidden > 0)
    reading.gaps.push({
      area: "statements",
      what: `${hidden} statements of other roles`,
      why: "pg_stat_statements shows a role only its own statements",
      remedy: `GRANT pg_read_all_stats TO ${role};`,
    });
  if (lost > 0)
    reading.gaps.push({
      area: "statements",
      what: `texts of ${lost} statements`,
      why: "pg_stat_statements has lost its file of query texts",
      remedy: "SELECT pg_stat_statements_reset(); and collect again later",
    });
  if (track === "none")
    reading.gaps.push({
      area: "statements",
      what: "statements are not being recorded",
      why: "pg_stat_statements.track is none",
      remedy: "ALTER SYSTEM SET pg_stat_statements.track = 'top'; SELECT pg_reload_conf();",
    });
}

/** Says what `--top` cut off, so that an absent statement is not taken for an idle one. */
function noteTruncation(reading: Reading, rows: readonly StatementRow[]): void {
  const first = rows[0];
  if (!first || first.of_statements <= rows.length) return;
  const read = rows.reduce((sum, row) => sum + row.time_ms, 0);
  const share = first.of_time_ms > 0 ? (1 - read / first.of_time_ms) * 100 : 0;
  reading.gaps.push({
    area: "statements",
    what: `${first.of_statements - rows.length} cheaper statements, ${share.toFixed(1)} % of the execution time`,
    why: `only the ${rows.length} statements with the most execution time are read`,
    remedy: "Raise --top.",
  });
}
