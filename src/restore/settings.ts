import type { Gap, Snapshot } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";

/** Settings that change no plan and that a session can set, but that are not production's to decide here. */
const leftAlone = new Set([
  "extra_float_digits",
  "jit",
  "lc_monetary",
  "maintenance_work_mem",
  "row_security",
  "standard_conforming_strings",
  "temp_buffers",
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

/**
 * Makes the session plan with production's settings, search_path and time zone. A setting that only a server start
 * can change is none the planner reads. What is refused becomes a gap.
 */
export async function applySettings(database: EmbeddedDatabase, snapshot: Snapshot): Promise<Gap[]> {
  const rows = await database.session.query<{ name: string; settable: boolean }>(
    "select name, context in ('user', 'superuser') as settable from pg_settings",
  );
  const settable = new Map(rows.map((row) => [row.name, row.settable]));
  const gaps: Gap[] = [];
  const gap = (what: string, why: string) => gaps.push({ area: "settings", what, why, remedy: null });

  for (const { name, value, unit } of snapshot.settings) {
    // A dotted name belongs to a library's own settings.
    if (leftAlone.has(name) || name.includes(".") || settable.get(name) === false) continue;
    const tooLarge = unit === "kB" && Number(value) > maxKilobytes;
    if (tooLarge)
      gap(
        `${name} = ${value} kB`,
        `the embedded PostgreSQL takes ${maxKilobytes} kB at most: sorts and hashes above 2 GB look dearer than they are`,
      );
    const refusal = settable.has(name)
      ? await refusalOf(database, name, tooLarge ? String(maxKilobytes) : value)
      : "PostgreSQL 18 has no such setting";
    if (refusal !== null) gap(`${name} = ${value}`, refusal);
  }
  for (const { setting, since } of abilities) if (snapshot.server.major < since) await refusalOf(database, setting, "off");
  return gaps;
}

/** Null when the setting was taken, else the server's reason. */
async function refusalOf(database: EmbeddedDatabase, name: string, value: string): Promise<string | null> {
  try {
    await database.session.query("select set_config($1, $2, false)", [name, value]);
    return null;
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    return `${(error as Error).message} (SQLSTATE ${sqlState})`;
  }
}
