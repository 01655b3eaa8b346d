import type { SqlSession } from "../contract/sql-session.ts";
import { ident } from "../domain/identifier.ts";
import { checkStatements } from "./doctor-statements.ts";
import { inReading, type Reading } from "./reading.ts";

/** One thing an audit needs or profits from. */
export interface Check {
  readonly name: string;
  /** `partly`: the audit runs and says less. */
  readonly ok: true | false | "partly";
  readonly found: string;
  /** What the advice lacks as it stands; null when nothing. */
  readonly missing: string | null;
  /** SQL to run as an administrator, or another step; null when none is needed or none helps. */
  readonly remedy: string | null;
}

/** What the session's role may read on its server, in the order to mend it. Reads no user's table. */
export async function examine(session: SqlSession): Promise<Check[]> {
  return inReading(session, {}, async (reading) => {
    const [facts] = await reading.query<Facts>(factsSql);
    if (!facts) throw new RangeError("pg_roles has no row for the current role");
    const role = ident(facts.role);
    const checks = [
      versionCheck(facts),
      roleCheck(facts),
      monitorCheck(facts, role),
      statisticsCheck(facts, role),
      extendedCheck(facts, role),
      ...(await checkStatements(reading, role)),
      countersCheck(facts),
      standbyCheck(facts),
      await tablesCheck(reading),
      await extensionsCheck(reading),
    ];
    return [
      ...checks,
      ...reading.gaps.map((gap): Check => ({ name: gap.what, ok: "partly", found: gap.why, missing: null, remedy: gap.remedy })),
    ];
  });
}

interface Facts {
  readonly version: number;
  readonly version_text: string;
  readonly role: string;
  readonly superuser: boolean;
  readonly monitor: boolean;
  readonly statistics: boolean;
  readonly extended: boolean;
  readonly extended_objects: number;
  readonly standby: boolean;
  readonly counts: boolean;
  readonly counting_days: number | null;
}

/** The role's effective privileges: those of roles it inherits count. */
const factsSql = `
  select /* plansmith */ current_setting('server_version_num')::int as version, current_setting('server_version') as version_text,
    r.rolname::text as role, r.rolsuper as superuser,
    pg_has_role(r.oid, 'pg_read_all_stats', 'usage') as monitor,
    has_table_privilege('pg_catalog.pg_statistic', 'select') as statistics,
    has_table_privilege('pg_catalog.pg_statistic_ext_data', 'select') as extended,
    (select count(*)::float8 from pg_statistic_ext) as extended_objects,
    pg_is_in_recovery() as standby, current_setting('track_counts')::bool as counts,
    (select extract(epoch from now() - s.stats_reset)::float8 / 86400 from pg_stat_database s where s.datname = current_database()) as counting_days
  from pg_roles r where r.rolname = current_user`;

function versionCheck(facts: Facts): Check {
  const known = facts.version < 190000;
  return {
    name: "server version",
    ok: known ? true : "partly",
    found: `PostgreSQL ${facts.version_text}`,
    missing: known ? null : "this version is newer than any Plansmith was tried on (18)",
    remedy: null,
  };
}

function roleCheck(facts: Facts): Check {
  if (!facts.superuser) return good("role", `${facts.role}, not a superuser; Plansmith only reads`);
  return {
    name: "role",
    ok: "partly",
    found: `${facts.role} is a superuser, which is more than an audit needs`,
    missing: null,
    remedy: "CREATE ROLE plansmith LOGIN; GRANT pg_monitor TO plansmith; GRANT SELECT ON pg_statistic, pg_statistic_ext_data TO plansmith;",
  };
}

function monitorCheck(facts: Facts, role: string): Check {
  if (facts.monitor) return good("statements and counters of all roles", "readable (pg_read_all_stats)");
  return {
    name: "statements and counters of all roles",
    ok: "partly",
    found: "the role sees only its own statements",
    missing: "statements that other roles run",
    remedy: `GRANT pg_monitor TO ${role};`,
  };
}

function statisticsCheck(facts: Facts, role: string): Check {
  if (facts.statistics) return good("column statistics", "pg_statistic is readable");
  return {
    name: "column statistics",
    ok: false,
    found: "pg_statistic is not readable; pg_stats shows only columns the role may SELECT",
    missing: "selectivities: most plans would be guesses",
    remedy: `GRANT SELECT ON pg_statistic TO ${role};`,
  };
}

function extendedCheck(facts: Facts, role: string): Check {
  const name = "extended statistics";
  const objects = `${facts.extended_objects} ${facts.extended_objects === 1 ? "object" : "objects"}`;
  if (facts.extended) return good(name, `pg_statistic_ext_data is readable (${objects})`);
  if (facts.extended_objects === 0) return good(name, "there are none in this database");
  return {
    name,
    ok: "partly",
    found: `pg_statistic_ext_data is not readable (${objects})`,
    missing: "what CREATE STATISTICS found: correlated columns are planned as independent",
    remedy: `GRANT SELECT ON pg_statistic_ext_data TO ${role};`,
  };
}

function countersCheck(facts: Facts): Check {
  const name = "scans and writes of tables and indexes";
  if (!facts.counts)
    return {
      name,
      ok: "partly",
      found: "track_counts is off",
      missing: "write cost, and which indexes are used",
      remedy: "ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf();",
    };
  if (facts.counting_days === null) return good(name, "counted; never reset, as far as the server knows");
  const days = `counted for ${facts.counting_days.toFixed(1)} days`;
  if (facts.counting_days >= 7) return good(name, days);
  return {
    name,
    ok: "partly",
    found: days,
    missing: "a whole week: an index for a weekly job looks unused",
    remedy: "Audit again after a week without pg_stat_reset().",
  };
}

function standbyCheck(facts: Facts): Check {
  if (!facts.standby) return good("primary or standby", "primary");
  return {
    name: "primary or standby",
    ok: "partly",
    found: "standby: it counts only its own reads",
    missing: "writes, and the reads of other servers",
    remedy: "Audit the primary as well before dropping an index.",
  };
}

async function tablesCheck(reading: Reading): Promise<Check> {
  const name = "analysed tables";
  const rows = await reading.attempt<{ tables: number; never: number; stale: number; autovacuum: boolean; examples: string[] | null }>(
    { area: "activity", what: name, remedy: null },
    `select /* plansmith */ count(*)::float8 as tables,
       (count(*) filter (where t.never))::float8 as never, (count(*) filter (where t.stale and not t.never))::float8 as stale,
       current_setting('autovacuum')::bool as autovacuum,
       (array_agg(t.relation order by t.size desc, t.relation) filter (where t.never or t.stale))[1:5] as examples
     from (
       select quote_ident(s.schemaname) || '.' || quote_ident(s.relname) as relation, s.n_live_tup as size,
         s.n_live_tup > 0 and s.last_analyze is null and s.last_autoanalyze is null and c.reltuples <= 0 as never,
         s.n_mod_since_analyze > 1000 and s.n_mod_since_analyze > 0.2 * s.n_live_tup as stale
       from pg_stat_user_tables s join pg_class c on c.oid = s.relid
     ) t`,
  );
  const row = rows?.[0];
  if (!row) return { name, ok: "partly", found: "not readable", missing: null, remedy: null };
  const wanting = row.never + row.stale;
  if (wanting === 0 && row.autovacuum) return good(name, `${row.tables} of ${row.tables}`);
  return {
    name,
    ok: "partly",
    found: `${row.tables - wanting} of ${row.tables}${row.autovacuum ? "" : "; autovacuum is off"}`,
    missing:
      wanting === 0
        ? null
        : `statistics of ${row.never} tables never analysed, and current ones of ${row.stale} changed by more than a fifth since`,
    remedy: row.examples
      ? `ANALYZE ${row.examples.join(", ")}${wanting > row.examples.length ? ", …" : ""};`
      : "ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf();",
  };
}

/** Extensions that open further index types. */
async function extensionsCheck(reading: Reading): Promise<Check> {
  const name = "extensions for more index types";
  const rows = await reading.attempt<{ name: string; installed: boolean }>(
    { area: "catalog", what: name, remedy: null },
    `select /* plansmith */ a.name::text as name, a.installed_version is not null as installed
     from pg_available_extensions a
     where a.name in ('pg_trgm', 'btree_gin', 'btree_gist', 'hstore', 'intarray', 'vector', 'hypopg')
     order by a.name collate "C"`,
  );
  const names = (installed: boolean) => (rows ?? []).filter((row) => row.installed === installed).map((row) => row.name);
  const parts = [
    names(true).length > 0 ? `installed: ${names(true).join(", ")}` : null,
    names(false).length > 0 ? `available: ${names(false).join(", ")}` : null,
  ].filter((part) => part !== null);
  return good(name, parts.length > 0 ? parts.join("; ") : "none; advice keeps to core index types");
}

function good(name: string, found: string): Check {
  return { name, ok: true, found, missing: null, remedy: null };
}
