import type { SqlSession } from "../contract/sql-session.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";

/** The queue's PostgreSQL: one connection, one thing at a time, made anew when it was lost. */
export interface QueueDatabase {
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Commits what `work` does through the session it is given, or nothing. */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Every statement of a queue takes milliseconds; a server that is gone without a word is noticed after this. */
const patienceMs = 15_000;

/** Connects at the first query. Errors without an SQLSTATE, and those of a server that goes away, drop the connection. */
export function queueDatabase(connect: () => Promise<SqlSession>): QueueDatabase {
  let session: SqlSession | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: (open: SqlSession) => Promise<T>): Promise<T> => {
    const turn = last.then(async () => {
      session ??= await connect();
      const open = session;
      try {
        return await withPatience(work(open));
      } catch (error) {
        if (isLost(error)) {
          session = null;
          // It may be half open: its end is not waited for.
          void open.close().catch(() => undefined);
        }
        throw error;
      }
    });
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    query: (sql, parameters) =>
      inTurn(async (open) => {
        try {
          return await open.query(sql, parameters);
        } catch (error) {
          // A text of several commands may have begun a transaction of its own, as pg-boss's do.
          if (!isLost(error)) await open.query("rollback");
          throw error;
        }
      }),
    transaction: (work) =>
      inTurn(async (open) => {
        await open.query("begin");
        try {
          const result = await work(open);
          await open.query("commit");
          return result;
        } catch (error) {
          if (!isLost(error)) await open.query("rollback");
          throw error;
        }
      }),
    async close() {
      await last;
      await session?.close();
      session = null;
    },
  };
}

/** Class 08 is the connection's, 57P0x a server that stops: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isLost(error: unknown): boolean {
  if (error instanceof AdvisorError) return error.code === "CONNECTION_FAILED";
  const state = sqlStateOf(error);
  return state === null || state.startsWith("08") || state.startsWith("57P");
}

async function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new AdvisorError("CONNECTION_FAILED", `The queue's server did not answer within ${patienceMs / 1000} s.`, {
            hint: "Check the server and the network; the schedule goes on trying.",
          }),
        ),
      patienceMs,
    );
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
