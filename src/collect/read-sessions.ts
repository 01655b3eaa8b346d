import type { HorizonHolder, SessionCommand, SessionCounts } from "../domain/health.ts";
import { ident } from "../domain/identifier.ts";
import type { StatementsExtension } from "./read-statements.ts";
import type { Reading } from "./reading.ts";
import { forVersion } from "./versions.ts";

/** Waiting sessions whose blockers are looked up: each look-up takes the lock manager's locks for a moment. */
const mostWaiting = 20;

/** Client sessions by state, and the oldest of each kind. Null and a gap when the role sees only its own. */
export async function readSessions(reading: Reading, role: string): Promise<SessionCounts | null> {
  const rows = await reading.attempt<SessionCounts & { readonly hidden: number }>(
    { area: "activity", what: "sessions", remedy: `GRANT pg_read_all_stats TO ${ident(role)};` },
    `with client as materialized (
       select pid, state, wait_event_type, state_change, xact_start, backend_xmin, query_start
       from pg_stat_activity
       -- Of another role's session a role without pg_read_all_stats sees not even the kind.
       where (backend_type = 'client backend' or backend_type is null and datid is not null) and pid <> pg_backend_pid()
     ), waiting as materialized (
       select pid, query_start from client where wait_event_type = 'Lock' order by query_start limit ${mostWaiting}
     )
     select /* plansmith */ count(*) filter (where state = 'active')::float8 as active, count(*) filter (where state = 'idle')::float8 as idle,
       count(*) filter (where state like 'idle in transaction%')::float8 as "idleInTransaction",
       count(*) filter (where wait_event_type = 'Lock')::float8 as "waitingForLock",
       (select extract(epoch from clock_timestamp() - min(query_start))::float8 from waiting) as "longestLockWaitSeconds",
       (select count(distinct b.pid)::float8 from waiting w cross join lateral unnest(pg_blocking_pids(w.pid)) u (pid)
          join client b on b.pid = u.pid where b.state like 'idle in transaction%') as "idleBlockers",
       extract(epoch from clock_timestamp() - min(xact_start))::float8 as "oldestTransactionSeconds",
       extract(epoch from clock_timestamp() - min(state_change) filter (where state like 'idle in transaction%'))::float8
         as "longestIdleInTransactionSeconds",
       max(age(backend_xmin))::float8 as "oldestXminAge", count(*) filter (where state is null)::float8 as hidden
     from client`,
  );
  const row = rows?.[0];
  if (!row) return null;
  const { hidden, ...counts } = row;
  if (hidden === 0) return counts;
  reading.gaps.push({
    area: "activity",
    what: `states of ${hidden} sessions of other roles`,
    why: "pg_stat_activity shows a role only its own sessions",
    remedy: `GRANT pg_read_all_stats TO ${ident(role)};`,
  });
  return null;
}

/** Replication slots, prepared transactions and standbys that send feedback. */
export async function readHorizonHolders(reading: Reading, versionNumber: number): Promise<HorizonHolder[] | null> {
  // A slot that a standby keeps like its primary's is never active, and nobody may drop it: it is the primary's.
  const own = forVersion(versionNumber, { 0: "true", 170000: "not synced" });
  return reading.attempt<HorizonHolder>(
    { area: "activity", what: "replication slots and prepared transactions", remedy: null },
    `select /* plansmith */ 'replication-slot' as kind, slot_name::text as name, active,
       age(xmin)::float8 as "xminAge", age(catalog_xmin)::float8 as "catalogXminAge",
       pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, restart_lsn)::float8
         as "retainedBytes", null::float8 as "ageSeconds"
     from pg_replication_slots where ${own}
     union all
     select 'prepared-transaction', gid, false, age(transaction)::float8, null, null,
       extract(epoch from clock_timestamp() - prepared)::float8
     from pg_prepared_xacts where database = current_database()
     union all
     select 'standby-feedback', coalesce(nullif(application_name, ''), 'standby'), true, age(backend_xmin)::float8, null, null, null
     from pg_stat_replication where backend_xmin is not null
     order by 1, 2`,
  );
}

/** Parameters that PgBouncer keeps for a client itself (config.html, track_extra_parameters and those always tracked). */
const trackedByPoolers = "application_name|client_encoding|datestyle|timezone|time zone|standard_conforming_strings|intervalstyle";

/** Kinds of commands that leave something in the session. Decided on the server: no text leaves it. */
const kinds = `case
  when q ~* '^\\s*set\\s+(session\\s+)?(?!local\\M|transaction\\M|constraints\\M|session\\M|(${trackedByPoolers})\\M)' then 'set-session'
  when q ~* '^\\s*listen\\M' then 'listen'
  when q ~* '^\\s*prepare\\s+(?!transaction\\M)' then 'prepare'
  when q ~* '^\\s*create\\s+(local\\s+|global\\s+)?temp(orary)?\\M' and q !~* 'on\\s+commit\\s+drop' then 'temporary-table'
  when q ~* '^\\s*declare\\M.*\\mwith\\s+hold\\M' then 'cursor-with-hold'
  when q ~* '\\mpg_(try_)?advisory_lock(_shared)?\\s*\\(' then 'advisory-lock'
  when q ~* '^\\s*load\\s+''' then 'load' end`;

/** Calls of commands that change a session's state, from pg_stat_statements (utility commands only where it tracks them). */
export async function readSessionCommands(reading: Reading, extension: StatementsExtension): Promise<SessionCommand[] | null> {
  return reading.attempt<SessionCommand>(
    { area: "statements", what: "commands that change a session's state", remedy: null },
    `select /* plansmith */ kind, sum(calls)::float8 as calls from (
       select ${kinds} as kind, calls from (
         select left(s.query, 2000) as q, s.calls from ${ident(extension.schema)}.pg_stat_statements s
         where s.dbid = (select d.oid from pg_database d where d.datname = current_database()) and s.query not like '%/* plansmith */%'
       ) texts
     ) named
     where kind is not null group by kind order by kind collate "C"`,
  );
}
