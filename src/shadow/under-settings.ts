import type { Tried } from "../contract/planner.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";

/**
 * Runs `work` with the session's settings changed, and puts the old values back. Session-wide instead of SET LOCAL: a statement that
 * fails to plan would end a transaction, and with it the setting.
 */
export async function underSettings<T>(
  database: EmbeddedDatabase,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<Tried<T>> {
  const before: (readonly [name: string, value: string])[] = [];
  try {
    for (const [name, value] of Object.entries(settings)) {
      try {
        const [row] = await database.session.query<{ value: string }>("select current_setting($1) as value", [name]);
        await database.session.query("select set_config($1, $2, false)", [name, value]);
        before.push([name, row!.value]);
      } catch (error) {
        const sqlState = sqlStateOf(error);
        if (sqlState === null) throw error;
        return { kind: "refused", why: `${(error as Error).message} (SQLSTATE ${sqlState})` };
      }
    }
    return { kind: "tried", result: await work() };
  } finally {
    for (const [name, value] of before.toReversed()) await database.session.query("select set_config($1, $2, false)", [name, value]);
  }
}
