import pg from "pg";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import type { NativePostgres } from "./native-postgres.ts";

/** A database that a suite may fill as it likes, embedded or native. */
export interface TestDatabase {
  readonly major: number;
  readonly session: SqlSession;
  /** Several statements in one call. */
  run(sql: string): Promise<void>;
  /** Returns when the counters of what has run so far can be read. */
  countersSettle(): Promise<void>;
  close(): Promise<void>;
}

export async function embeddedDatabase(extensions: readonly string[] = []): Promise<TestDatabase> {
  const database = await bootEmbedded({ extensions });
  return {
    major: Math.floor(database.versionNumber / 10_000),
    session: database.session,
    run: (sql) => database.run(sql),
    countersSettle: () => database.run("select pg_stat_force_next_flush()"),
    close: () => database.close(),
  };
}

/** The server's database "postgres", as superuser; closing it stops the server. */
export async function nativeDatabase(server: NativePostgres): Promise<TestDatabase> {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  return {
    major: server.major,
    session: sessionOf(client),
    async run(sql) {
      await client.query(sql);
    },
    async countersSettle() {
      // Since 15 counters lie in shared memory; before, a process gathers them, twice a second.
      if (server.major >= 15) await client.query("select pg_stat_force_next_flush()");
      else await client.query("select pg_sleep(1.2)");
    },
    async close() {
      await client.end();
      await server.stop();
    },
  };
}

/** A connected client as the advisor's rooms ask it: every statement on its own. Closing the session ends the client. */
export function sessionOf(client: pg.Client): SqlSession {
  return {
    // The Row type is the caller's statement about its own SQL.
    query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
      (await client.query(sql, parameters === undefined ? undefined : [...parameters])).rows as Row[],
    close: () => client.end(),
  };
}
