import type { SqlSession } from "../contract/sql-session.ts";
import { readableQualified } from "../domain/identifier.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import type { ApplyItem } from "./choose-items.ts";
import { indexState, reindexLeftovers, sameDefinition } from "./index-state.ts";
import type { Step } from "./read-steps.ts";
import { patientLockTimeout, repeatable } from "./script.ts";

export interface ExecuteOptions {
  /** For locks that others queue behind, as PostgreSQL writes it. */
  readonly lockTimeout: string;
  readonly tell: (line: string) => void;
  /** Waits between two attempts. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborted: the statement that runs is cancelled by the caller, and nothing more is begun. */
  readonly signal: AbortSignal;
}

export interface Executed {
  /** Statements that took effect, or whose effect was there already. */
  readonly done: readonly string[];
  readonly failed: { readonly sql: string; readonly why: string } | null;
  readonly notDone: readonly string[];
}

/** lock_not_available and deadlock_detected: another attempt may well succeed. */
const passing = new Set(["55P03", "40P01"]);
/** Waits before the second to the last attempt, doubling, as GitLab's with_lock_retries does with its first ones. */
const backOffMs = [1_000, 2_000, 4_000, 8_000];

/**
 * Runs the items' statements one by one, each in a transaction of its own, on a session that may write. Stops at the first that fails
 * and takes away the INVALID index it may leave. An index that is there already, valid and the same, is passed over.
 */
export async function executeItems(session: SqlSession, items: readonly ApplyItem[], options: ExecuteOptions): Promise<Executed> {
  const all = items.flatMap((item) => item.steps.map((step) => ({ item, step })));
  const done: string[] = [];
  await session.query("set statement_timeout = 0");
  for (const [position, { item, step }] of all.entries()) {
    try {
      await runStep(session, step, options);
      if (item.steps.at(-1) === step) await checkValid(session, item);
      done.push(step.sql);
    } catch (error) {
      const why = await whyStopped(session, step, error, options);
      return { done, failed: { sql: step.sql, why }, notDone: all.slice(position + 1).map((each) => each.step.sql) };
    }
  }
  return { done, failed: null, notDone: [] };
}

async function runStep(session: SqlSession, step: Step, options: ExecuteOptions): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    if (options.signal.aborted) throw new AdvisorError("ABORTED", "interrupted");
    if (await isThere(session, step, options)) return;
    options.tell(step.sql);
    try {
      await session.query(`set lock_timeout = '${step.kind === "brief" ? options.lockTimeout : patientLockTimeout}'`);
      await session.query(repeatable(step));
      return;
    } catch (error) {
      const wait = backOffMs[attempt];
      const state = sqlStateOf(error);
      if (state === null || !passing.has(state) || wait === undefined || options.signal.aborted) throw error;
      options.tell(`  ${state === "55P03" ? "the lock was not free" : "deadlock"} (${state}); again in ${wait / 1000} s`);
      await clear(session, step);
      await options.sleep(wait);
    }
  }
}

/** Looks before a statement: true where its index is there already. Throws where the name or the table is not what it takes them for. */
async function isThere(session: SqlSession, step: Step, { tell }: ExecuteOptions): Promise<boolean> {
  if (step.index === null) return false;
  const name = readableQualified(step.index);
  const state = await indexState(session, step.index);
  if (state.kind === "being-built") throw refused(`another session is building ${name}`);
  if (state.kind === "other-object") throw refused(`${name} is there and is no index`);
  if (step.kind === "build") {
    if (state.kind === "invalid") {
      tell(`  ${name} is there and INVALID: dropping it`);
      await dropIndex(session, name);
    }
    if (state.kind !== "valid") return false;
    if (!(await sameDefinition(session, state.definition, step.sql)))
      throw refused(`${name} is there with another definition: ${state.definition}`);
    tell(`  ${name} is there already, and valid`);
    return true;
  }
  if (step.kind === "brief") await refuseLongLock(session, step);
  return false;
}

/** A plain CREATE or DROP INDEX is for partitioned tables alone: on any other it locks for as long as it works. */
async function refuseLongLock(session: SqlSession, step: Step): Promise<void> {
  const plain = /^CREATE\s+INDEX\b(?![\s\S]*\bON\s+ONLY\b)/i.test(step.sql) || /^DROP\s+INDEX\b/i.test(step.sql);
  if (!plain || step.index === null) return;
  const drops = /^DROP/i.test(step.sql);
  const [row] = await session.query<{ partitioned: boolean }>(
    drops
      ? "select c.relkind = 'I' as partitioned from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2"
      : "select exists (select from pg_catalog.pg_class c where c.oid = to_regclass($1) and c.relkind = 'p') as partitioned",
    drops ? [step.index.schema, step.index.name] : [/\bON\s+((?:"(?:[^"]|"")+"|\w+)\.(?:"(?:[^"]|"")+"|\w+))/i.exec(step.sql)?.[1] ?? ""],
  );
  if (row && !row.partitioned) throw refused("it locks a table that is not partitioned for as long as it runs; CONCURRENTLY does not");
}

/** All indexes that the item has made are valid: the parent's of a partitioned table becomes so with the last one attached. */
async function checkValid(session: SqlSession, item: ApplyItem): Promise<void> {
  for (const { index, sql, kind } of item.steps) {
    if (index === null || kind === "drop" || /^DROP/i.test(sql)) continue;
    const state = await indexState(session, index);
    if (state.kind !== "valid") throw refused(`${readableQualified(index)} is not valid afterwards`);
  }
}

async function whyStopped(session: SqlSession, step: Step, error: unknown, { signal }: ExecuteOptions): Promise<string> {
  const state = sqlStateOf(error);
  if (state === null && !(error instanceof AdvisorError)) throw error;
  const message = (error as Error).message; // both kinds are Errors
  const why = signal.aborted ? "interrupted" : state === null ? message : `${message} (SQLSTATE ${state})`;
  try {
    const cleared = await clear(session, step);
    return cleared.length === 0 ? why : `${why}; the INVALID index it left is dropped: ${cleared.join(", ")}`;
  } catch (cause) {
    if (sqlStateOf(cause) === null) throw cause;
    return `${why}; it may have left an INVALID index: look with SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid`;
  }
}

/** Drops what a failed build or rebuild has left INVALID; gives the names. */
async function clear(session: SqlSession, step: Step): Promise<string[]> {
  if (step.index === null || (step.kind !== "build" && step.kind !== "rebuild")) return [];
  const names = step.kind === "rebuild" ? await reindexLeftovers(session, step.index) : [];
  if (step.kind === "build" && (await indexState(session, step.index)).kind === "invalid") names.push(readableQualified(step.index));
  for (const name of names) await dropIndex(session, name);
  return names;
}

async function dropIndex(session: SqlSession, name: string): Promise<void> {
  await session.query(`set lock_timeout = '${patientLockTimeout}'`);
  await session.query(`drop index concurrently if exists ${name}`);
}

function refused(why: string): AdvisorError {
  return new AdvisorError("BACKEND_UNSUPPORTED", why);
}
