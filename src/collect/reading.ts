import type { SqlSession } from "../contract/sql-session.ts";
import type { Gap } from "../domain/snapshot.ts";
import { AdvisorError, type ErrorCode, sqlStateOf } from "../errors.ts";

/** One pass over a server in one read-only transaction, so that every part of a snapshot is of one moment. */
export interface Reading {
  readonly gaps: Gap[];
  /** Rows, or the driver's error. */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Rows, or null when the server refused; the refusal is recorded as a gap and the reading goes on. */
  attempt<Row extends object>(gap: GapOnFailure, sql: string, parameters?: readonly unknown[]): Promise<Row[] | null>;
  /** Settings for the rest of the reading; they survive a refused read. */
  configure(settings: Readonly<Record<string, string>>): Promise<void>;
}

/** What is missing when the read fails; `remedy` may depend on the SQLSTATE. */
export interface GapOnFailure {
  readonly area: Gap["area"];
  readonly what: string;
  readonly remedy: string | null | ((sqlState: string | null) => string | null);
}

/** Always rolled back. Works on a session that already is in a transaction and on one that is not. */
export async function inReading<T>(
  session: SqlSession,
  options: { readonly signal?: AbortSignal | undefined },
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const began = await startTransaction(session);
  const gaps: Gap[] = [];

  const query = async <Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    if (options.signal?.aborted) throw new AdvisorError("ABORTED", "Reading the server was interrupted.");
    return session.query<Row>(sql, parameters);
  };
  const attempt = async <Row extends object>(gap: GapOnFailure, sql: string, parameters: readonly unknown[] = []) => {
    try {
      return await query<Row>(sql, parameters);
    } catch (error) {
      const sqlState = sqlStateOf(error);
      // Without a SQLSTATE the connection itself is gone: nothing more can be read.
      if (error instanceof AdvisorError || sqlState === null || connectionIsLost(sqlState)) throw error;
      await session.query("rollback to savepoint plansmith");
      gaps.push(gapOf(gap, sqlState, error));
      return null;
    }
  };
  const configure = async (settings: Readonly<Record<string, string>>) => {
    const names = Object.keys(settings);
    const calls = names.map((_, n) => `set_config($${2 * n + 1}, $${2 * n + 2}, true)`);
    await query(`select /* plansmith */ ${calls.join(", ")}`, Object.entries(settings).flat());
    await session.query("savepoint plansmith");
  };

  try {
    return await work({ gaps, query, attempt, configure });
  } catch (error) {
    throw readingError(error);
  } finally {
    await endTransaction(session, began);
  }
}

function gapOf(gap: GapOnFailure, sqlState: string, error: unknown): Gap {
  const remedy = typeof gap.remedy === "function" ? gap.remedy(sqlState) : gap.remedy;
  return { area: gap.area, what: gap.what, why: reasonOf(sqlState, error), remedy };
}

/** What the server said, with its SQLSTATE; two everyday ones in plain words. */
function reasonOf(sqlState: string, error: unknown): string {
  if (sqlState === "57014") return "the read ran into statement_timeout (SQLSTATE 57014)";
  if (sqlState === "55P03") return "another session holds a lock for longer than lock_timeout (SQLSTATE 55P03)";
  return `${error instanceof Error ? error.message : String(error)} (SQLSTATE ${sqlState})`;
}

/** A read that nothing can do without was refused, or the connection is gone: says so, and what to do. */
function readingError(error: unknown): unknown {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
  const sqlState = sqlStateOf(error);
  if (error instanceof AdvisorError || code === null) return error;
  const message = error instanceof Error ? error.message : String(error);
  const failed = (kind: ErrorCode, text: string, hint: string) => new AdvisorError(kind, text, { hint, cause: error });
  if (sqlState === null || connectionIsLost(sqlState))
    return failed(
      "CONNECTION_FAILED",
      `The connection was lost while reading the server (${code}).`,
      "Run again; see the server's log for the reason.",
    );
  if (sqlState === "42501")
    return failed("PERMISSION_DENIED", `The role may not read what an audit cannot do without: ${message}.`, "Run: plansmith doctor <url>");
  if (sqlState === "57014")
    return failed(
      "CONNECTION_FAILED",
      "The server cancelled the reading of its catalog.",
      "Raise --statement-timeout, or run when the server is less busy.",
    );
  return failed(
    "BACKEND_UNSUPPORTED",
    `The server does not answer as PostgreSQL does: ${message} (SQLSTATE ${sqlState}).`,
    "Plansmith reads PostgreSQL 13 to 18.",
  );
}

/** Class 08 and the shutdown codes of class 57. https://www.postgresql.org/docs/current/errcodes-appendix.html */
function connectionIsLost(sqlState: string): boolean {
  return sqlState.startsWith("08") || sqlState.startsWith("57P");
}

async function startTransaction(session: SqlSession): Promise<boolean> {
  try {
    await session.query("savepoint plansmith");
    return false;
  } catch (error) {
    if (sqlStateOf(error) !== "25P01") throw error; // no_active_sql_transaction
    await session.query("begin isolation level repeatable read read only");
    await session.query("savepoint plansmith");
    return true;
  }
}

async function endTransaction(session: SqlSession, began: boolean): Promise<void> {
  try {
    await session.query(began ? "rollback" : "rollback to savepoint plansmith");
  } catch (error) {
    // A lost connection (no SQLSTATE, or one of its own) has rolled back already; the error that lost it is on its way up.
    const sqlState = sqlStateOf(error);
    if (sqlState !== null && !connectionIsLost(sqlState)) throw error;
  }
}
