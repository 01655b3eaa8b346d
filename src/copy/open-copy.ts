import type { Measurer } from "../contract/measurer.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { checkCopy } from "./check-copy.ts";
import { openManifest } from "./manifest.ts";
import { measureChanges } from "./measure-changes.ts";
import { sizeMeter } from "./measure-size.ts";

export interface CopyOptions {
  readonly isVouchedFor: boolean;
  readonly timeoutMs: number;
}

/** Timed runs of a statement, and the time after which fewer will do. */
const runs = 5;
const enoughMs = 30_000;
/** To look at sizes: one relation, and all of them. */
const sizeLimits = { timeoutMs: 60_000, enoughMs: 300_000 };

/**
 * A copy of production, checked not to be production, and cleared of what an earlier run may have left. `connect` opens sessions that
 * may write; the copy is released on close. Throws BACKEND_UNSUPPORTED for a server that is or may be production.
 */
export async function openCopy(connect: () => Promise<SqlSession>, production: Snapshot, options: CopyOptions): Promise<Measurer> {
  const session = await connect();
  try {
    const server = await checkCopy(session, production.server, options.isVouchedFor);
    const { manifest, leftovers } = await openManifest(session);
    const version = `PostgreSQL ${Math.floor(server.versionNumber / 10_000)}.${server.versionNumber % 10_000}`;
    const limits = { timeoutMs: options.timeoutMs, runs, enoughMs };
    const sizeOf = sizeMeter(session, sizeLimits);
    return {
      description: `copy "${server.database}" (${version}${leftovers.length > 0 ? `, ${leftovers.length} left by an earlier run removed` : ""})`,
      measure: (request) =>
        cancellable(connect, session, request.signal, () => measureChanges({ session, manifest, production, limits }, request)),
      size: (target, signal) => cancellable(connect, session, signal, () => sizeOf(target)),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** An interrupt ends the statement that runs on the copy, from a second session. */
async function cancellable<T>(
  connect: () => Promise<SqlSession>,
  session: SqlSession,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const [own] = await session.query<{ pid: number }>("select pg_backend_pid() as pid");
  const cancel = () => {
    void connect()
      .then(async (other) => {
        await other.query("select pg_cancel_backend($1)", [own!.pid]);
        await other.close();
      })
      // Without a second connection the statement ends at its timeout.
      .catch(() => undefined);
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
