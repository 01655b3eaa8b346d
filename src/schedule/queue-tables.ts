import { AdvisorError, sqlStateOf } from "../errors.ts";
import type { QueueDatabase } from "./queue-database.ts";

/** Tables beside pg-boss's. A due time is offered once because `target` knows the last one, however long ago its job was removed. */
export async function makeQueueTables(database: QueueDatabase): Promise<void> {
  await refused(() =>
    database.transaction(async (session) => {
      await session.query("select pg_advisory_xact_lock(hashtextextended('plansmith_fleet', 0))");
      await session.query("create schema if not exists plansmith_fleet");
      for (const sql of tables) await session.query(sql);
      await session.query("delete from plansmith_fleet.delivery where due_at < now() - interval '90 days'");
      await session.query("delete from plansmith_fleet.run where due_at < now() - interval '400 days'");
    }),
  );
}

const tables = [
  `create table if not exists plansmith_fleet.target (fleet text, name text, last_due timestamptz, primary key (fleet, name))`,
  `create table if not exists plansmith_fleet.run (
    fleet text, target text, due_at timestamptz, outcome text not null, attempt int not null, worker text not null,
    ended_at timestamptz not null default now(), primary key (fleet, target, due_at))`,
  `create table if not exists plansmith_fleet.delivery (
    fleet text, target text, destination text, due_at timestamptz, state text not null check (state in ('begun', 'sent')),
    primary key (fleet, target, destination, due_at))`,
  `create table if not exists plansmith_fleet.delivered (
    fleet text, target text, destination text, due_at timestamptz not null, report bytea not null,
    primary key (fleet, target, destination))`,
  `create table if not exists plansmith_fleet.notice (
    fleet text, target text, destination text, failing_since timestamptz not null, primary key (fleet, target, destination))`,
];

/** Turns a lack of rights into the grant that mends it. */
export async function refused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (sqlStateOf(cause) !== "42501") throw cause;
    throw new AdvisorError("PERMISSION_DENIED", "The role may not make the queue's tables.", {
      hint: "As the database's owner run: GRANT CREATE ON DATABASE … TO …; the schemas are plansmith_queue and plansmith_fleet.",
      cause,
    });
  }
}

/** What two workers run into that make the same tables at once: unique, deadlock, "is there already" of schema, table, object. */
const races: readonly (string | null)[] = ["23505", "40P01", "42P06", "42P07", "42710"];
const mostTries = 5;

/**
 * Does again what lost a race against another worker. pg-boss 10 knows only one such error when it makes its tables, and none when it
 * makes a queue (measured: two workers started together).
 */
export async function overRaces<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === mostTries || !races.includes(sqlStateOf(error))) throw error;
    }
  }
}
