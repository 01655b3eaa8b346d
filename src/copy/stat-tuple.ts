import type { SqlSession } from "../contract/sql-session.ts";
import { sqlStateOf } from "../errors.ts";

/** The schema of pgstattuple's functions, made for the transaction where it may be; null where it cannot. */
export async function provideStatTuple(session: SqlSession): Promise<string | null> {
  const installed = async () =>
    (
      await session.query<{ schema: string }>(
        "select n.nspname::text as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pgstattuple'",
      )
    )[0]?.schema ?? null;
  const there = await installed();
  if (there !== null) return there;
  await session.query("savepoint plansmith_size");
  try {
    await session.query("create extension pgstattuple");
  } catch (error) {
    // Not installed on the machine, or the role may not: another way is left.
    if (sqlStateOf(error) === null) throw error;
    await session.query("rollback to savepoint plansmith_size");
    return null;
  }
  return installed();
}
