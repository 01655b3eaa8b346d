import type { SqlSession } from "../../src/contract/sql-session.ts";
import { buildSet } from "./build-set.ts";
import { onCopy } from "./database.ts";
import { type Ground, type Planned, planAll } from "./judge.ts";

const runs = 5;
const timeoutMs = 20_000;

/** One index of a set taken away from it: what the statements that read it cost and take with it and without. */
export interface Marginal {
  readonly ddl: string;
  readonly readBy: readonly string[];
  readonly cost: Pair;
  /** Weighed by calls. */
  readonly ms: Pair;
  /** Slower with it by more than two series of runs of one plan differ by: a tenth and 0.1 ms a call. */
  readonly isWorse: boolean;
}
export interface Pair {
  readonly without: number;
  readonly with: number;
}
export interface Executed {
  /** Median ms of each statement without any of the set, and with all of it. */
  readonly times: ReadonlyMap<string, Pair>;
  readonly marginals: readonly Marginal[];
}

/** Really runs every statement: without the set, with it, and with it less each index in turn. */
export function execute(
  { database, statements }: Ground,
  { ddl, texts }: { readonly ddl: readonly string[]; readonly texts: ReadonlyMap<string, string> },
): Promise<Executed> {
  return onCopy(database, async (session) => {
    await session.query(`set statement_timeout = ${timeoutMs}`);
    const without = await timeAll(session, statements, new Map());
    await session.query("set statement_timeout = 0");
    const built = await buildSet(session, ddl);
    await session.query(`set statement_timeout = ${timeoutMs}`);
    const plans = await planAll(session, statements, texts);
    const withSet = await timeAll(session, statements, texts);
    const marginals: Marginal[] = [];
    for (const index of built) {
      const readBy = statements.filter(({ name }) => plans.get(name)!.indexes.some((each) => index.names.includes(each)));
      if (readBy.length === 0) continue;
      await setValid(session, index.names, false);
      const hidden = await planAll(session, statements, texts);
      const ms = { without: 0, with: 0 };
      for (const { name, calls, sql } of readBy) ms.without += calls * (await medianMs(session, texts.get(name) ?? sql));
      await setValid(session, index.names, true);
      for (const { name, calls } of readBy) ms.with += calls * withSet.get(name)!;
      const cost = { without: weighted(readBy, hidden), with: weighted(readBy, plans) };
      const calls = readBy.reduce((sum, each) => sum + each.calls, 0);
      const isWorse = ms.with > ms.without * 1.1 && ms.with - ms.without > 0.1 * calls;
      marginals.push({ ddl: index.ddl, readBy: readBy.map(({ name }) => name), cost, ms, isWorse });
    }
    return { times: new Map(statements.map(({ name }) => [name, { without: without.get(name)!, with: withSet.get(name)! }])), marginals };
  });
}

function weighted(some: readonly { readonly name: string; readonly calls: number }[], plans: ReadonlyMap<string, Planned>): number {
  return some.reduce((sum, { name, calls }) => sum + calls * plans.get(name)!.cost, 0);
}

/** An index that is not valid is maintained and never planned with. */
async function setValid(session: SqlSession, names: readonly string[], valid: boolean): Promise<void> {
  await session.query("update pg_index set indisvalid = $2 where indexrelid in (select oid from pg_class where relname = any ($1))", [
    names,
    valid,
  ]);
}

async function timeAll(
  session: SqlSession,
  statements: Ground["statements"],
  texts: ReadonlyMap<string, string>,
): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const { name, sql } of statements) times.set(name, await medianMs(session, texts.get(name) ?? sql));
  return times;
}

/** Median of `runs` after one that warms; writes are undone. A statement that runs into the limit counts as taking it. */
async function medianMs(session: SqlSession, sql: string): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    await session.query("begin");
    try {
      const [row] = await session.query<{ "QUERY PLAN": readonly { readonly "Execution Time": number }[] }>(
        `explain (analyze, timing off, format json) ${sql}`,
      );
      if (run > 0) times.push(row!["QUERY PLAN"][0]!["Execution Time"]);
    } catch (error) {
      if ((error as { code?: string }).code !== "57014") throw error;
      return timeoutMs;
    } finally {
      await session.query("rollback");
    }
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
