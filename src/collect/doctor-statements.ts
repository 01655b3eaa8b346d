import { ident } from "../domain/identifier.ts";
import type { Check } from "./doctor.ts";
import type { Reading } from "./reading.ts";
import { extensionVersionNumber } from "./versions.ts";

const name = "workload (pg_stat_statements)";

/** Installed here, loaded, readable, recording, and since when. One check, or two where something is worth saying apart. */
export async function checkStatements(reading: Reading, role: string): Promise<Check[]> {
  const [extension] = await reading.query<{ schema: string; version: string; newest: string | null }>(
    `select /* plansmith */ n.nspname::text as schema, e.extversion as version, a.default_version as newest
     from pg_extension e join pg_namespace n on n.oid = e.extnamespace left join pg_available_extensions a on a.name = e.extname
     where e.extname = 'pg_stat_statements'`,
  );
  if (!extension) return [await notInstalled(reading)];
  const before = reading.gaps.length;
  const schema = ident(extension.schema);
  const rows = await reading.attempt<{ here: number; hidden: number; track: string | null }>(
    {
      area: "statements",
      what: name,
      remedy: (sqlState) =>
        sqlState === "55000"
          ? preload
          : `GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT ON ${schema}.pg_stat_statements TO ${role};`,
    },
    `select /* plansmith */ count(*)::float8 as here, (count(*) filter (where s.queryid is null))::float8 as hidden,
       current_setting('pg_stat_statements.track', true) as track
     from ${schema}.pg_stat_statements s
     where s.dbid = (select d.oid from pg_database d where d.datname = current_database())`,
  );
  const [refused] = reading.gaps.splice(before);
  const [row] = rows ?? [];
  if (!row) return [{ name, ok: false, found: refused?.why ?? "not readable", missing: "the workload", remedy: refused?.remedy ?? null }];
  const installed = `version ${extension.version}, ${row.here} statements of this database`;
  return [
    { name, ok: row.track === "none" || row.here === 0 ? "partly" : true, found: installed, ...whatLacks(row) },
    ...(await windowCheck(reading, schema, extension)),
  ];
}

const preload = "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';  -- add to what is there, then restart";

async function notInstalled(reading: Reading): Promise<Check> {
  const [row] = await reading.query<{ available: boolean; loaded: boolean }>(
    `select /* plansmith */ exists (select from pg_available_extensions a where a.name = 'pg_stat_statements') as available,
       current_setting('pg_stat_statements.track', true) is not null as loaded`,
  );
  const create = "CREATE EXTENSION pg_stat_statements;";
  return {
    name,
    ok: false,
    found: row?.available ? "available, not installed in this database" : "not installed, and its files are not on the server",
    missing: "the workload; --statements FILE can take its place",
    remedy: row?.loaded
      ? create
      : `${row?.available ? "" : "Install the contrib package (postgresql-contrib), then\n"}${preload}\n${create}`,
  };
}

function whatLacks(row: {
  readonly here: number;
  readonly hidden: number;
  readonly track: string | null;
}): Pick<Check, "missing" | "remedy"> {
  if (row.track === "none")
    return {
      missing: "statements: recording is off",
      remedy: "ALTER SYSTEM SET pg_stat_statements.track = 'top'; SELECT pg_reload_conf();",
    };
  if (row.here === 0) return { missing: "statements: none has run in this database since the last reset", remedy: null };
  // What is hidden is said with the grant, in the check of the role's rights.
  return { missing: null, remedy: null };
}

/** Since when statements are counted, and whether some were pushed out; from extension version 1.9. */
async function windowCheck(
  reading: Reading,
  schema: string,
  extension: { readonly version: string; readonly newest: string | null },
): Promise<Check[]> {
  const outdated = extension.newest !== null && extensionVersionNumber(extension.newest) > extensionVersionNumber(extension.version);
  const update: Check[] = outdated
    ? [
        {
          name: `${name}: version`,
          ok: "partly",
          found: `${extension.version}, the server's files are ${extension.newest}`,
          missing: "columns of the newer version, such as the time of the last reset",
          remedy: "ALTER EXTENSION pg_stat_statements UPDATE;",
        },
      ]
    : [];
  if (extensionVersionNumber(extension.version) < 109) return update;
  const rows = await reading.attempt<{ days: number | null; evictions: number }>(
    { area: "statements", what: `${name}: since when`, remedy: null },
    `select /* plansmith */ extract(epoch from now() - i.stats_reset)::float8 / 86400 as days, i.dealloc::float8 as evictions
     from ${schema}.pg_stat_statements_info i`,
  );
  const [row] = rows ?? [];
  if (!row) return update;
  const since = row.days === null ? "no reset is known" : `counted for ${row.days.toFixed(1)} days`;
  const evicted = row.evictions > 0;
  const window: Check = {
    name: `${name}: window`,
    ok: evicted || (row.days !== null && row.days < 1) ? "partly" : true,
    found: evicted ? `${since}; full ${row.evictions} times` : since,
    missing: evicted ? "statements that were pushed out" : row.days !== null && row.days < 1 ? "a whole day of the workload" : null,
    remedy: evicted ? "Raise pg_stat_statements.max (a restart is needed)." : null,
  };
  return [...update, window];
}
