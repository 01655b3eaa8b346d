import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { SqlSession } from "./contract/sql-session.ts";
import type { Store } from "./contract/store.ts";
import { AdvisorError } from "./errors.ts";

export interface StorePlace {
  /** A folder, or `postgres://…`; null: the user's state directory (`$XDG_STATE_HOME/plansmith`, else `~/.local/state/plansmith`). */
  readonly place: string | null;
  /** Longest wait for another run that writes to a folder's store. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
  /** Of the embedded PostgreSQL's boot template; null = none. */
  readonly cacheDirectory?: string | null;
}

/** Storing a report is one insert; an upgrade may wait for another run's. */
const statementTimeoutMs = 60_000;
const lockTimeoutMs = 30_000;

/**
 * The store that `--store` or the configuration's `store` names, made when it is not there. Close it, or nothing of a folder's store is
 * kept. Throws INPUT_INVALID for what is no place, STORE_INCOMPATIBLE for a damaged or newer store, and what connecting throws.
 */
export async function openStore({ place, ...options }: StorePlace): Promise<Store> {
  const named = checkedPlace(place);
  if (named !== null && isServer(named)) return onServer(named, (session, where) => openServer(session, where));
  const { openEmbeddedStore } = await import("./store/embedded-store.ts");
  return openEmbeddedStore({ directory: await directoryOf(named), ...options });
}

/**
 * The same for a run that only reads: it keeps no other waiting and makes nothing. Null when there is no store yet.
 */
export async function readStore({ place, ...options }: StorePlace): Promise<Store | null> {
  const named = checkedPlace(place);
  if (named !== null && isServer(named))
    return onServer(named, async (session, where) => {
      const { holdsStore } = await import("./store/upgrade.ts");
      if (await holdsStore(session)) return openServer(session, where);
      await session.close();
      return null;
    });
  const { embeddedStoreFile, openEmbeddedStore } = await import("./store/embedded-store.ts");
  const directory = await directoryOf(named);
  return existsSync(embeddedStoreFile(directory)) ? openEmbeddedStore({ directory, readOnly: true, ...options }) : null;
}

/** True for a store on a server of the user's; else it is a folder. */
export function isServer(place: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(place);
}

/** Throws INPUT_INVALID for what is no place. Never repeats a URL in a message: it may hold a password. */
export function checkedPlace(place: string | null): string | null {
  if (place === null) return null;
  const hint = "Example: --store ./plansmith-store, or --store postgres://user@host/database";
  if (place.trim() === "") throw new AdvisorError("INPUT_INVALID", "--store names no place.", { hint });
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(place) && !isServer(place))
    throw new AdvisorError("INPUT_INVALID", "--store is neither a folder nor a URL of PostgreSQL.", { hint });
  return place;
}

async function directoryOf(named: string | null): Promise<string> {
  const { defaultStateDirectory } = await import("./store/embedded-store.ts");
  return named === null ? defaultStateDirectory() : resolve(named);
}

async function openServer(session: SqlSession, where: string): Promise<Store> {
  const { openServerStore } = await import("./store/server-store.ts");
  return openServerStore(session, where);
}

async function onServer<T>(url: string, work: (session: SqlSession, where: string) => Promise<T>): Promise<T> {
  const { connectForWriting } = await import("./connect/connect.ts");
  const { connectionTarget } = await import("./connect/connection-target.ts");
  const { database, hosts } = connectionTarget(url, process.env);
  const session = await connectForWriting({ url, statementTimeoutMs, lockTimeoutMs });
  try {
    return await work(session, `schema plansmith of database "${database}" at ${hosts[0]!.host}:${hosts[0]!.port}`);
  } catch (error) {
    await session.close();
    throw error;
  }
}
