import pg from "pg";
import type { SqlSession } from "../contract/sql-session.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import { connectionError } from "./connection-errors.ts";
import { type ConnectionTarget, connectionTarget } from "./connection-target.ts";
import { offersTls, type TlsAttempt, tlsAttempts } from "./tls.ts";

export interface ConnectionOptions {
  /** URI or `keyword=value` list; what it leaves out comes from PG* variables, the service file and ~/.pgpass. */
  readonly url?: string;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  /** Default: the process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How a session is opened, with what `connectForWriting` adds. */
interface OpenOptions extends ConnectionOptions {
  readonly mayWrite?: boolean;
}

export interface ReadOnlySession extends SqlSession {
  /** Statements the server has been sent, transaction control included. */
  queryCount(): number;
  /** Time spent waiting for answers: an upper bound of what the server worked. */
  executionMs(): number;
}

/** First version we read. https://www.postgresql.org/support/versioning/ */
const oldestVersion = 130000;

/**
 * A connection that can only read: every statement runs in a READ ONLY transaction, with timeouts, that is rolled back.
 * Throws CONNECTION_FAILED, PERMISSION_DENIED, CONFIG_INVALID, or BACKEND_UNSUPPORTED before PostgreSQL 13.
 */
export async function connectReadOnly(options: ConnectionOptions): Promise<ReadOnlySession> {
  const target = connectionTarget(options.url, options.env ?? process.env);
  const client = await connectFirst(target, options);
  const session = readOnlySession(client, options);
  try {
    await checkVersion(session);
  } catch (error) {
    await session.close();
    throw error;
  }
  return session;
}

/**
 * A session that may change the server, each statement on its own: only for copies and scratch servers, never for production.
 * Throws as `connectReadOnly` does.
 */
export async function connectForWriting(options: ConnectionOptions): Promise<SqlSession> {
  const target = connectionTarget(options.url, options.env ?? process.env);
  const client = await connectFirst(target, { ...options, mayWrite: true });
  return {
    // The Row type is the caller's statement about its own SQL.
    query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
      (await client.query(sql, parameters === undefined ? undefined : [...parameters])).rows as Row[],
    close: () => client.end(),
  };
}

/** The first host that answers, as libpq does; the last one's error when none does. */
async function connectFirst(target: ConnectionTarget, options: OpenOptions): Promise<pg.Client> {
  let last: unknown;
  for (const { host, address, port } of target.hosts) {
    const password = target.passwordFor(host, port);
    try {
      const attempts = await tlsAttempts(target, host, () => offersTls(address, port, target.connectTimeoutMs));
      return await connectHost({ target, options, address, port, password, attempts });
    } catch (error) {
      last = connectionError(error, target, { host, port, hasPassword: password !== null });
    }
  }
  throw last;
}

interface HostRequest {
  readonly target: ConnectionTarget;
  readonly options: OpenOptions;
  readonly address: string;
  readonly port: number;
  readonly password: string | null;
  readonly attempts: readonly TlsAttempt[];
}

async function connectHost(request: HostRequest): Promise<pg.Client> {
  let last: unknown;
  for (const tls of request.attempts) {
    try {
      return await connectOnce(request, tls, sessionDefaults(request.options, request.target.options));
    } catch (error) {
      last = error;
      // protocol_violation: a connection pooler that takes no options. Each transaction sets them anyway.
      if (sqlStateOf(error) === "08P01") return connectOnce(request, tls, null);
      // The other way may work where the handshake or pg_hba.conf was against this one; a wrong password stays wrong.
      if (sqlStateOf(error) !== null && sqlStateOf(error) !== "28000") throw error;
    }
  }
  throw last;
}

async function connectOnce({ target, address, port, password }: HostRequest, tls: TlsAttempt, defaults: string | null): Promise<pg.Client> {
  const client = new pg.Client({
    host: address,
    port,
    user: target.user,
    database: target.database,
    // A function, so that the driver reads neither PGPASSWORD nor a password file by itself.
    password: () => password ?? "",
    ssl: tls,
    application_name: "plansmith",
    connectionTimeoutMillis: target.connectTimeoutMs,
    ...(defaults === null ? {} : { options: defaults }),
  });
  // Without a listener a connection lost between two queries would end the process; the session tells of it at the next one.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

function sessionDefaults(options: OpenOptions, own: string): string {
  const settings = {
    default_transaction_read_only: options.mayWrite === true ? "off" : "on",
    statement_timeout: String(options.statementTimeoutMs),
    lock_timeout: String(options.lockTimeoutMs),
    idle_in_transaction_session_timeout: String(idleTimeoutMs),
  };
  return [own, ...Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)].join(" ").trim();
}

/** Between two of our statements lie our own computations, at most; a stopped process must not hold back VACUUM. */
const idleTimeoutMs = 120_000;

function readOnlySession(client: pg.Client, options: ConnectionOptions): ReadOnlySession {
  let queries = 0;
  let elapsedMs = 0;
  let state: "idle" | "open" | "failed" = "idle";
  let lost: Error | null = null;
  client.on("error", (error) => {
    lost ??= error;
  });
  const begin = `begin isolation level repeatable read read only;
    set local statement_timeout = ${Math.round(options.statementTimeoutMs)};
    set local lock_timeout = ${Math.round(options.lockTimeoutMs)};
    set local idle_in_transaction_session_timeout = ${idleTimeoutMs}`;

  const send = async <Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> => {
    queries++;
    const started = performance.now();
    try {
      // The Row type is the caller's statement about its own SQL.
      return (await client.query(sql, parameters === undefined ? undefined : [...parameters])).rows as Row[];
    } catch (error) {
      // The driver's own error of a query on a dead connection has no code.
      throw lost === null ? error : connectionLost(lost);
    } finally {
      elapsedMs += performance.now() - started;
    }
  };
  const rollback = async () => {
    await send("rollback");
    state = "idle";
  };

  return {
    async query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
      const recovers = /^\s*rollback\b/i.test(sql);
      if (state === "failed" && !recovers) await rollback();
      if (state === "idle") {
        await send(begin);
        state = "open";
      }
      try {
        const rows = await send<Row>(sql, parameters);
        if (recovers) state = /^\s*rollback\s+to\b/i.test(sql) ? "open" : "idle";
        return rows;
      } catch (error) {
        state = "failed";
        throw error;
      }
    },
    async close() {
      // Ending the connection rolls back.
      await client.end();
    },
    queryCount: () => queries,
    executionMs: () => elapsedMs,
  };
}

function connectionLost(cause: Error): AdvisorError {
  return new AdvisorError("CONNECTION_FAILED", "The connection to the server was lost.", {
    hint: "Run again; the server's log has the reason.",
    cause,
  });
}

async function checkVersion(session: SqlSession): Promise<void> {
  const [row] = await session.query<{ number: number; text: string }>(
    "select /* plansmith */ current_setting('server_version_num')::int as number, current_setting('server_version') as text",
  );
  if (row && row.number >= oldestVersion) return;
  throw new AdvisorError(
    "BACKEND_UNSUPPORTED",
    `This server is PostgreSQL ${row?.text ?? "of an unknown version"}; 13 and later are read.`,
    {
      hint: "Upgrade the server, or audit its schema on paper: plansmith audit --schema schema.sql --statements file.sql",
    },
  );
}
