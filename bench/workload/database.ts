import type { SqlSession } from "../../src/contract/sql-session.ts";
import { openSession } from "../session.ts";
import type { BenchWorkload } from "./workload.ts";

/** A session on one of a server's databases; the server is that of the PG* variables unless a URL names another. */
export function connect(database: string, server?: string): Promise<SqlSession> {
  return openSession(server === undefined ? { database } : { connectionString: databaseUrl(server, database) });
}

/** The server's URL with another database. */
export function databaseUrl(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** Makes the workload's database once for each scale and keeps it; gives its name and size in bytes. */
export async function workloadDatabase(
  workload: BenchWorkload,
  scale: number,
  url?: string,
): Promise<{ readonly name: string; readonly bytes: number }> {
  const name = `plansmith_${workload.name}_${String(scale).replace(".", "_")}`;
  const server = await connect("postgres", url);
  try {
    const known = await server.query("select 1 from pg_database where datname = $1", [name]);
    if (known.length === 0) {
      // A half-made one is never taken for the whole.
      await server.query(`drop database if exists ${name}_part`);
      await server.query(`create database ${name}_part`);
      const session = await connect(`${name}_part`, url);
      try {
        for (const extension of workload.extensions) await session.query(`create extension ${extension}`);
        for (const sql of workload.build(scale)) await session.query(sql);
        await session.query("vacuum analyze");
      } finally {
        await session.close();
      }
      await server.query(`alter database ${name}_part rename to ${name}`);
    }
    const [size] = await server.query<{ bytes: string }>("select pg_database_size($1)::text as bytes", [name]);
    return { name, bytes: Number(size?.bytes) };
  } finally {
    await server.close();
  }
}

/** Work on a copy of a database, which is gone afterwards. */
export async function onCopy<T>(database: string, work: (session: SqlSession, name: string) => Promise<T>): Promise<T> {
  const copy = `${database}_copy`;
  const server = await connect("postgres");
  try {
    await server.query(`drop database if exists ${copy} with (force)`);
    await server.query(`create database ${copy} template ${database} strategy file_copy`);
    const session = await connect(copy);
    try {
      return await work(session, copy);
    } finally {
      await session.close();
      await server.query(`drop database if exists ${copy} with (force)`);
    }
  } finally {
    await server.close();
  }
}
