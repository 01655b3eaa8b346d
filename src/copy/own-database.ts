import type { Measurer } from "../contract/measurer.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { openManifest } from "./manifest.ts";
import { measureChanges } from "./measure-changes.ts";
import { sizeMeter } from "./measure-size.ts";

/** Fewer runs than on a copy: the database was made a moment ago, so its cache is warm and nobody else is on it. */
const runs = 3;
const enoughMs = 1_500;
const timeoutMs = 30_000;

/**
 * A database that we made ourselves and that nobody else uses, as the place to measure: the demo's. Never a user's: whether a server
 * may be written to is `openCopy`'s question. Closing leaves the session to whoever opened it.
 */
export async function openOwnDatabase(session: SqlSession, description: string, snapshot: Snapshot): Promise<Measurer> {
  const { manifest } = await openManifest(session);
  return {
    description,
    measure: (request) => measureChanges({ session, manifest, production: snapshot, limits: { timeoutMs, runs, enoughMs } }, request),
    size: sizeMeter(session, { timeoutMs, enoughMs: timeoutMs }),
    close: async () => {},
  };
}
