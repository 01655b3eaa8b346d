import type { SqlSession } from "../contract/sql-session.ts";
import type { Server } from "../domain/snapshot.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";

export interface CopyServer {
  readonly database: string;
  /** `server_version_num`. */
  readonly versionNumber: number;
}

/**
 * Makes sure that this is not production before anything is made on it. Production is known by its system identifier, which initdb
 * gives once and which backups keep: an equal one is refused whatever the user says, since a restored base backup and production
 * cannot be told apart. Where one of the two may not be read, the user must vouch for the copy (`isVouchedFor`).
 */
export async function checkCopy(session: SqlSession, production: Server, isVouchedFor: boolean): Promise<CopyServer> {
  const [server] = await session.query<{ database: string; version: number; standby: boolean }>(
    `select current_database()::text as database, current_setting('server_version_num')::int as version, pg_is_in_recovery() as standby`,
  );
  if (server!.standby)
    throw refused("it is a standby, and takes no changes", "Give a server that is not replicating: a restored dump, staging.");
  const identifier = await systemIdentifier(session);
  if (identifier !== null && identifier === production.systemIdentifier)
    throw refused(
      "its system identifier is production's: it is production, one of its standbys, or a physical backup of it",
      "Restore a logical dump (pg_dump) into another cluster, and give that as --copy-url.",
    );
  const isKnown = identifier !== null && production.systemIdentifier !== null;
  if (!isKnown && !isVouchedFor)
    throw refused(
      `the system identifier of ${identifier === null ? "the copy" : "production"} cannot be read, so that nobody can tell it from production`,
      "Make sure that it is a copy, and say so with --i-know-this-is-a-copy; or grant EXECUTE on pg_control_system().",
    );
  return { database: server!.database, versionNumber: server!.version };
}

/** Null when it may not be read; managed services forbid it. */
export async function systemIdentifier(session: SqlSession): Promise<string | null> {
  try {
    const [row] = await session.query<{ id: string }>("select system_identifier::text as id from pg_control_system()");
    return row?.id ?? null;
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return null;
  }
}

function refused(why: string, hint: string): AdvisorError {
  return new AdvisorError("BACKEND_UNSUPPORTED", `The server of --copy-url is refused: ${why}.`, { hint });
}
