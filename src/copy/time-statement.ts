import type { SqlSession } from "../contract/sql-session.ts";
import { qualified } from "../domain/identifier.ts";
import { type Plan, planNodes } from "../domain/plan.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Outcome, Timing } from "../domain/proof.ts";
import { sqlStateOf } from "../errors.ts";
import { readPlan } from "../parse/read-plan.ts";
import { onlyStatement } from "../syntax/only-statement.ts";

export interface TimingLimits {
  /** Longest single run. */
  readonly timeoutMs: number;
  /** Timed runs, after one that warms the cache. */
  readonly runs: number;
  /** No further run is started once they took this long together, above one. */
  readonly enoughMs: number;
}

export type TimedRuns =
  | { readonly kind: "timed"; readonly timing: Timing; readonly rows: number }
  | Extract<Outcome, { kind: "inconclusive" }>;

const lockTimeoutMs = 5_000;
/** query_canceled: statement_timeout. */
const canceled = "57014";

/**
 * Runs the statement with EXPLAIN (ANALYZE, BUFFERS), each time in a transaction that is rolled back, with `drops` dropped in it. The
 * median by execution time, planning left out. What cannot be run, or must not, is inconclusive.
 */
export async function timeStatement(
  session: SqlSession,
  sql: string,
  drops: readonly RelationName[],
  limits: TimingLimits,
): Promise<TimedRuns> {
  const statement = onlyStatement(sql);
  if (statement === null) return { kind: "inconclusive", because: "unsupported", detail: "It is more than one statement, or none." };
  try {
    const planned = readPlan(await inTransaction(session, `explain (format json) ${statement}`, [], limits));
    if ([...planNodes(planned)].some((node) => node.type === "Foreign Scan"))
      return { kind: "inconclusive", because: "unsupported", detail: "It reads a foreign table, whose server may be production's own." };
    await inTransaction(session, analyze(statement), drops, limits); // warms the cache
    const plans: Plan[] = [];
    let elapsedMs = 0;
    while (plans.length < limits.runs && (plans.length === 0 || elapsedMs < limits.enoughMs)) {
      const plan = readPlan(await inTransaction(session, analyze(statement), drops, limits));
      plans.push(plan);
      elapsedMs += plan.executionTimeMs ?? 0;
    }
    const { median, plan } = middle(plans);
    const actual = plan.root.actual;
    return {
      kind: "timed",
      timing: { medianMs: median, runs: plans.length, cache: "warm", plan },
      rows: actual === null ? 0 : Math.round(actual.rowsPerLoop * actual.loops),
    };
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    if (sqlState === canceled)
      return { kind: "inconclusive", because: "timed-out", detail: `A run took longer than ${limits.timeoutMs} ms.` };
    return {
      kind: "inconclusive",
      because: "unsupported",
      detail: `The copy refuses it: ${(error as Error).message} (SQLSTATE ${sqlState}).`,
    };
  }
}

/**
 * One text for a bag of rows: their number, and the sum of the hashes of their texts, which no order changes. Not meant against
 * somebody who makes rows collide.
 */
export async function rowsDigest(session: SqlSession, sql: string, limits: TimingLimits): Promise<string> {
  const digest = `select count(*) || ':' || coalesce(sum(hashtextextended(result::text, 0)::numeric), 0) as digest from (${onlyStatement(sql) ?? sql}) result`;
  return String(await inTransaction(session, digest, [], limits));
}

/** TIMING OFF: reading the clock at every row would be measured too. */
function analyze(statement: string): string {
  return `explain (analyze, buffers, timing off, format json) ${statement}`;
}

async function inTransaction(session: SqlSession, sql: string, drops: readonly RelationName[], limits: TimingLimits): Promise<unknown> {
  await session.query("begin");
  try {
    await session.query(`set local statement_timeout = ${Math.round(limits.timeoutMs)}`);
    await session.query(`set local lock_timeout = ${lockTimeoutMs}`);
    for (const index of drops) await session.query(`drop index ${qualified(index)}`);
    const [row] = await session.query(sql);
    return row === undefined ? undefined : Object.values(row)[0];
  } finally {
    await session.query("rollback");
  }
}

function middle(plans: readonly Plan[]): { readonly median: number; readonly plan: Plan } {
  const sorted = plans.toSorted((a, b) => (a.executionTimeMs ?? 0) - (b.executionTimeMs ?? 0));
  const at = sorted.length >> 1;
  const plan = sorted[at]!;
  const upper = plan.executionTimeMs ?? 0;
  return { median: sorted.length % 2 === 1 ? upper : ((sorted[at - 1]!.executionTimeMs ?? 0) + upper) / 2, plan };
}
