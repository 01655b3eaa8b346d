import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { outsideOnly } from "../migrations/conventions.ts";
import type { MigrationFile } from "../migrations/read-migration.ts";
import { beyondScratch, leftOut } from "./beyond-scratch.ts";
import { type DatabaseState, readState } from "./database-state.ts";
import { type Observation, observedBetween } from "./observe.ts";

/** What the scratch database lacks, so that an error in it proves nothing about production. */
export interface ScratchLimits {
  /** Extensions that production has and the embedded PostgreSQL has not. */
  readonly missingExtensions: readonly string[];
  /** The schema in it is whole: every table, type and function that production has. */
  readonly complete: boolean;
  /** Triggers and policies are in it, too. A snapshot from before they were read does not hold them. */
  readonly hasTriggersAndPolicies: boolean;
}

export interface Scratch {
  readonly database: EmbeddedDatabase;
  readonly limits: ScratchLimits;
  /** Gives a session the settings it starts with: each file is another session. */
  readonly sessionSql: string;
}

/**
 * Runs a new migration and watches every statement; one observation each, in order. Each runs in a transaction of its own, so that
 * its locks are seen alone and one error hides no other; what only the runner's transaction makes an error is the rules' affair.
 */
export async function observeFile(scratch: Scratch, file: MigrationFile, stop: () => void): Promise<Observation[]> {
  const { database } = scratch;
  const observations: Observation[] = [];
  let state = await readState(database);
  for (const statement of file.statements) {
    stop();
    const observed = await observeStatement(scratch, statement.sql, state);
    observations.push(observed.observation);
    state = observed.state;
  }
  await database.run(scratch.sessionSql);
  return observations;
}

/** Files in one call: a commit costs the embedded PostgreSQL more than most statements do. */
const filesPerCall = 20;

/** Runs files of which nothing is reported: context. Gives the number of statements that were refused. */
export async function applyFiles(scratch: Scratch, files: readonly MigrationFile[], stop: () => void): Promise<number> {
  let refused = 0;
  for (let at = 0; at < files.length; at += filesPerCall) {
    stop();
    refused += await applyTogether(scratch, files.slice(at, at + filesPerCall));
  }
  return refused;
}

/** All in one transaction where that works, else file by file, else statement by statement. */
async function applyTogether(scratch: Scratch, files: readonly MigrationFile[]): Promise<number> {
  const { database, sessionSql } = scratch;
  const scripts = files.map((file) =>
    file.statements
      .map((each) => inTransaction(each.sql))
      .filter((sql) => !leftOut(sql) && !isTransactionControl(sql) && !/^(vacuum|reindex|analyze)\b/i.test(sql)),
  );
  const all = scripts.flat();
  for (const sql of all) provideExtension(database, sql);
  const together = all.some(outsideOnly) ? null : scripts.flatMap((script) => [...script, sessionSql]).join(";\n");
  if (together !== null && (await accepted(database, together))) return 0;
  let refused = 0;
  if (files.length > 1) for (const file of files) refused += await applyTogether(scratch, [file]);
  else {
    for (const sql of all) if (!(await accepted(database, sessionWide(sql)))) refused++;
    await database.run(sessionSql);
  }
  return refused;
}

/** An index of an empty table is the same however it was built. */
function inTransaction(sql: string): string {
  return sql.replace(/^(create\s+(?:unique\s+)?index|drop\s+index)\s+concurrently\b/i, "$1");
}

async function accepted(database: EmbeddedDatabase, sql: string): Promise<boolean> {
  try {
    await database.run(sql);
    return true;
  } catch (error) {
    refusalOf(error);
    return false;
  }
}

const nothing = { locks: [], rewrites: [], builds: [], scans: [], foreignKeyChecks: [], dropped: [], error: null };
const unseen: Observation = { ...nothing, ran: false };

interface Observed {
  readonly observation: Observation;
  /** Before the next statement. */
  readonly state: DatabaseState;
}

async function observeStatement(scratch: Scratch, sql: string, before: DatabaseState): Promise<Observed> {
  const { database, limits } = scratch;
  if (leftOut(sql) || isTransactionControl(sql)) return { observation: unseen, state: before };
  provideExtension(database, sql);
  const messages: string[] = [];
  const onNotice = (severity: string, message: string) => {
    if (severity.startsWith("DEBUG")) messages.push(message);
  };
  const alone = outsideOnly(sql);
  if (!alone) await database.run("begin");
  try {
    await database.run("set client_min_messages = debug1");
    await database.run(sessionWide(sql), { onNotice });
  } catch (error) {
    const refusal = refusalOf(error);
    if (!alone) await database.run("rollback");
    const observation = beyondScratch(sql, refusal, limits) ? unseen : { ...nothing, ran: true, error: refusal };
    // One that commits by itself may leave an invalid index behind.
    return { observation, state: alone ? await readState(database) : before };
  }
  // Locks of a statement that commits by itself are gone when it returns; what it did to files and indexes is still seen.
  const state = await readState(database);
  const observation = observedBetween(before, state, { sql, messages });
  if (alone) return { observation: { ...observation, locks: null }, state };
  try {
    await database.run("commit");
  } catch (error) {
    return { observation: { ...nothing, ran: true, error: refusalOf(error) }, state: before };
  }
  return { observation, state };
}

/** The file's own transactions are not followed here, nor are its savepoints. */
function isTransactionControl(sql: string): boolean {
  return /^(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i.test(sql);
}

/** `SET LOCAL` would end with the transaction that each statement has of its own. */
function sessionWide(sql: string): string {
  return sql.replace(/^set\s+local\b/i, "set");
}

function provideExtension(database: EmbeddedDatabase, sql: string): void {
  const name = /^create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)/i.exec(sql)?.[1];
  if (name !== undefined) database.provideExtension(name);
}

export interface Refusal {
  readonly sqlState: string;
  readonly message: string;
}

function refusalOf(error: unknown): Refusal {
  const sqlState = sqlStateOf(error);
  if (sqlState === null) throw error;
  return { sqlState, message: (error as Error).message }; // sqlStateOf has seen that it is an Error
}
