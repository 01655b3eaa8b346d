import type { SqlSession } from "../contract/sql-session.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import { currentVersion, storeVersions } from "./versions.ts";

/** Any number, the same in every release: upgrades of one store wait for one another. */
const lockKey = 7_526_174_913;

/**
 * Brings the store's schema to this release's version, in one transaction. Throws STORE_INCOMPATIBLE for a store that a newer release
 * wrote, which is left untouched, EXTENSION_MISSING where pgvector cannot be had, and
 * PERMISSION_DENIED for a role that may not.
 */
export async function upgrade(session: SqlSession, where: string): Promise<void> {
  const found = await versionOf(session);
  if (found > currentVersion)
    throw new AdvisorError("STORE_INCOMPATIBLE", `The store ${where} has version ${found}; this release knows ${currentVersion}.`, {
      hint: "Use the release that wrote it, or name another store.",
    });
  if (found === currentVersion) return;
  await session.query("begin");
  try {
    await session.query("select pg_advisory_xact_lock($1)", [lockKey]);
    await makeExtension(session, where);
    await session.query("create schema if not exists plansmith");
    await session.query("create table if not exists plansmith.version (version int not null)");
    const from = await versionOf(session);
    for (const { version, sql } of storeVersions.filter((each) => each.version > from)) {
      for (const statement of sql.split(/;\s*\n/)) if (statement.trim() !== "") await session.query(statement);
      await session.query("delete from plansmith.version");
      await session.query("insert into plansmith.version values ($1)", [version]);
    }
    await session.query("commit");
  } catch (error) {
    await session.query("rollback");
    if (sqlStateOf(error) !== "42501") throw error;
    throw new AdvisorError("PERMISSION_DENIED", `The role may not ${found === 0 ? "make" : "upgrade"} the store ${where}.`, {
      hint:
        found === 0
          ? "As the database's owner run: GRANT CREATE ON DATABASE … TO …"
          : `It has version ${found}, this release wants ${currentVersion}. Run this release once as the role that made it: plansmith history --store URL`,
      cause: error,
    });
  }
}

/** True when the database holds a store, of whatever version. */
export async function holdsStore(session: SqlSession): Promise<boolean> {
  return (await versionOf(session)) > 0;
}

/** 0 for a database that holds no store yet. */
async function versionOf(session: SqlSession): Promise<number> {
  const [known] = await session.query<{ known: boolean }>("select to_regclass('plansmith.version') is not null as known");
  if (!known?.known) return 0;
  const [row] = await session.query<{ version: number }>("select version from plansmith.version");
  return row?.version ?? 0;
}

async function makeExtension(session: SqlSession, where: string): Promise<void> {
  try {
    await session.query("create extension if not exists vector");
  } catch (cause) {
    const state = sqlStateOf(cause);
    if (state === null) throw cause;
    throw new AdvisorError(
      state === "42501" ? "PERMISSION_DENIED" : "EXTENSION_MISSING",
      `pgvector cannot be created in ${where} (SQLSTATE ${state}).`,
      {
        hint: "Install pgvector on that server and run, as a superuser: CREATE EXTENSION vector;",
        cause,
      },
    );
  }
}
