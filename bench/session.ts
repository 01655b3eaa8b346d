import pg from "pg";
import type { SqlSession } from "../src/contract/sql-session.ts";

/** A session of the driver's own; what the configuration leaves out comes from PG* variables. */
export async function openSession(config: pg.ClientConfig): Promise<SqlSession> {
  const client = new pg.Client(config);
  await client.connect();
  return {
    query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
      (await client.query(sql, parameters === undefined ? [] : [...parameters])).rows as Row[],
    close: () => client.end(),
  };
}
