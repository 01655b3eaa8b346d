import type { ApplyItem } from "./apply/choose-items.ts";
import type { Executed, ExecuteOptions } from "./apply/execute.ts";
import { AdvisorError } from "./errors.ts";

/** The server that changes are to be run on, open for writing. */
export interface ApplyServer {
  /** `current_database()`: what a person must type. */
  readonly database: string;
  readonly user: string;
  execute(items: readonly ApplyItem[], options: Omit<ExecuteOptions, "sleep">): Promise<Executed>;
  close(): Promise<void>;
}

/** One apply at a time in a database: two would drop one another's unfinished indexes. A number of ours. */
const advisoryKey = 7_317_225_119;

/** Connects, changes nothing. Throws as connecting does; BACKEND_UNSUPPORTED for a standby, or where another apply is at work. */
export async function openApplyServer(url: string): Promise<ApplyServer> {
  const { connectForWriting } = await import("./connect/connect.ts");
  const options = { url, statementTimeoutMs: 0, lockTimeoutMs: 5_000 };
  const session = await connectForWriting(options);
  try {
    const [row] = await session.query<{ database: string; role: string; pid: number; standby: boolean; free: boolean }>(
      `select current_database()::text as database, current_user::text as role, pg_backend_pid() as pid, pg_is_in_recovery() as standby,
         pg_try_advisory_lock(${advisoryKey}) as free`,
    );
    if (!row || row.standby)
      throw new AdvisorError("BACKEND_UNSUPPORTED", "This server is a standby, which takes no changes.", {
        hint: "Name the primary with --url.",
      });
    if (!row.free)
      throw new AdvisorError("BACKEND_UNSUPPORTED", "Another plansmith apply is at work in this database.", {
        hint: "Wait for it, or end it.",
      });
    const cancel = async () => {
      const other = await connectForWriting(options);
      try {
        await other.query("select pg_cancel_backend($1)", [row.pid]);
      } finally {
        await other.close();
      }
    };
    return {
      database: row.database,
      user: row.role,
      async execute(items, given) {
        const { executeItems } = await import("./apply/execute.ts");
        const cancelled: Promise<void>[] = [];
        const onAbort = () => cancelled.push(cancel());
        given.signal.addEventListener("abort", onAbort);
        try {
          return await executeItems(session, items, { ...given, sleep: (ms) => pause(ms, given.signal) });
        } finally {
          given.signal.removeEventListener("abort", onAbort);
          await Promise.all(cancelled);
        }
      },
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Ends early when the run is interrupted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    const stop = () => {
      clearTimeout(timer);
      done();
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
