import type { SqlSession } from "../../src/contract/sql-session.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { sqlStateOf } from "../../src/errors.ts";
import { nativePostgres } from "../../test/support/native-postgres.ts";
import { openSession } from "../session.ts";
import type { DataSet } from "./case.ts";

/** A server on which the bench builds databases and real indexes; `open` also makes the least-privileged audit role. */
export interface Production {
  readonly name: string;
  readonly major: number;
  open(set: DataSet, build: Build): Promise<Database>;
  close(): Promise<void>;
}

export interface Build {
  readonly scale: number;
  /** Grants the audit role SELECT on the tables, as `--sample-rows` needs. */
  readonly readsRows: boolean;
}

export interface Database {
  readonly owner: SqlSession;
  /** Work done as the audit role. */
  auditing<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  readonly bytes: number;
  close(): Promise<void>;
}

const auditorRole = "plansmith_auditor";

/** A throwaway cluster with the programs in `binaries`, else with the machine's own; null when there are none. */
export async function nativeProduction(binaries: string | null): Promise<Production | null> {
  if (binaries !== null) process.env.PLANSMITH_TEST_PG = binaries;
  const server = await nativePostgres({ autovacuum: "off", max_wal_size: "4GB", shared_buffers: "256MB", maintenance_work_mem: "64MB" });
  if (server === null) return null;
  await server.run("postgres", `create role ${auditorRole} login`, `grant pg_monitor to ${auditorRole}`);
  return {
    name: `PostgreSQL ${server.major}`,
    major: server.major,
    async open(set, build) {
      await server.run("postgres", `create database ${set.name}`);
      for (const [name, value] of Object.entries(set.settings))
        await server.run("postgres", `alter database ${set.name} set ${name} = '${value}'`);
      const owner = await openSession({ connectionString: server.url(set.name) });
      try {
        await fill(owner, set, build, () => set.load?.(server.url(set.name)));
        const auditor = await openSession({ connectionString: server.url(set.name, auditorRole) });
        const close = async () => {
          await auditor.close();
          await owner.close();
          await server.run("postgres", `drop database ${set.name}`);
        };
        return { owner, auditing: (work) => work(auditor), bytes: await bytesOf(owner), close };
      } catch (error) {
        await owner.close();
        throw error;
      }
    },
    close: () => server.stop(),
  };
}

/** PostgreSQL 18 in this process, where no native one is at hand: it cannot load files, so that TPC-H is left out. */
export function embeddedProduction(): Production {
  return {
    name: "PGlite 18 as production",
    major: 18,
    async open(set, build) {
      const database = await bootEmbedded({ collation: "c", extensions: set.extensions });
      await database.run(`create role ${auditorRole} login; grant pg_monitor to ${auditorRole}`);
      for (const [name, value] of Object.entries({ max_parallel_workers_per_gather: "2", ...set.settings }))
        await database.run(`set ${name} = '${value}'`);
      await fill(database.session, set, build, () => undefined);
      return {
        owner: database.session,
        bytes: await bytesOf(database.session),
        // One connection is all there is.
        async auditing(work) {
          await database.run(`set role ${auditorRole}`);
          try {
            return await work(database.session);
          } finally {
            await database.run("reset role");
          }
        },
        close: () => database.close(),
      };
    },
    close: async () => {},
  };
}

async function fill(owner: SqlSession, set: DataSet, { scale, readsRows }: Build, load: () => Promise<void> | undefined): Promise<void> {
  for (const extension of set.extensions) await owner.query(`create extension if not exists ${extension}`);
  for (const sql of set.build(scale)) await made(owner, sql);
  await load();
  await owner.query("vacuum analyze");
  for (const sql of set.churn) await owner.query(sql);
  await owner.query(`grant select on pg_statistic, pg_statistic_ext_data to ${auditorRole}`);
  if (readsRows) await owner.query(`grant select on all tables in schema public to ${auditorRole}`);
}

/** PostgreSQL 13 takes no statistics object on an expression: it goes without. */
async function made(owner: SqlSession, sql: string): Promise<void> {
  try {
    await owner.query(sql);
  } catch (error) {
    if (sqlStateOf(error) !== "0A000" || !sql.startsWith("create statistics")) throw error;
    console.log(`left out, production refuses it: ${sql}`);
  }
}

async function bytesOf(owner: SqlSession): Promise<number> {
  const [size] = await owner.query<{ bytes: string }>("select pg_database_size(current_database())::text as bytes");
  return Number(size?.bytes);
}
