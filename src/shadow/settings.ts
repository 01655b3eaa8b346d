import type { Gap, Snapshot } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";

/** Settings that a snapshot may carry and that change no plan here, or that PGlite must keep for itself. */
const leftAlone = new Set([
  "block_size",
  "effective_io_concurrency",
  "extra_float_digits",
  "jit",
  "lc_monetary",
  "maintenance_work_mem",
  "max_worker_processes",
  "row_security",
  "server_version_num",
  "standard_conforming_strings",
  "temp_buffers",
  "wal_level",
]);

/** MAX_KILOBYTES of a 32-bit build (guc.h): what PGlite accepts for a setting in kB. */
const maxKilobytes = 2_097_151;

/** Planner abilities by the major version that brought them: an older production plans without. Release notes of 16, 17 and 18. */
const abilities: readonly { readonly setting: string; readonly since: number }[] = [
  { setting: "enable_presorted_aggregate", since: 16 },
  { setting: "enable_group_by_reordering", since: 17 },
  { setting: "enable_distinct_reordering", since: 18 },
  { setting: "enable_self_join_elimination", since: 18 },
];

/** Makes the session plan with production's settings, search_path and time zone; what it refuses becomes a gap. */
export async function applySettings(database: EmbeddedDatabase, snapshot: Snapshot): Promise<Gap[]> {
  const newer = abilities.filter(({ since }) => snapshot.server.major < since).map(({ setting }) => [setting, "off"] as const);
  const wanted = snapshot.settings.filter(({ name }) => !leftAlone.has(name));
  const gaps: Gap[] = [];
  for (const { name, value, unit } of wanted) {
    const kilobytes = unit === "kB" && Number(value) > maxKilobytes;
    if (kilobytes)
      gaps.push({
        area: "settings",
        what: `${name} = ${value} kB`,
        why: `the embedded PostgreSQL takes ${maxKilobytes} kB at most: sorts and hashes above 2 GB look dearer than they are`,
        remedy: null,
      });
    const refusal = await setOne(database, name, kilobytes ? String(maxKilobytes) : value);
    if (refusal !== null) gaps.push({ area: "settings", what: `${name} = ${value}`, why: refusal, remedy: null });
  }
  for (const [name, value] of newer) await setOne(database, name, value);
  return gaps;
}

/** Null when taken, else the server's reason. One call each, so that a refused setting costs only itself. */
async function setOne(database: EmbeddedDatabase, name: string, value: string): Promise<string | null> {
  const [row] = await database.session.query<{ known: boolean }>("select exists (select from pg_settings where name = $1) as known", [
    name,
  ]);
  if (!row!.known) return "PostgreSQL 18 does not have this setting";
  try {
    await database.session.query("select set_config($1, $2, false)", [name, value]);
    return null;
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    return `${(error as Error).message} (SQLSTATE ${sqlState})`;
  }
}
