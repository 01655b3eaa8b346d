import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { SqlSession } from "../contract/sql-session.ts";
import type { Store } from "../contract/store.ts";
import { bootEmbedded } from "../embedded/embedded-database.ts";
import { AdvisorError } from "../errors.ts";
import { holdLock } from "./lock-file.ts";
import { storeOn } from "./store.ts";
import { upgrade } from "./upgrade.ts";

export interface EmbeddedStoreOptions {
  /** Folder of the store; made when it is not there. */
  readonly directory: string;
  /** Reads what is there and keeps no other run waiting; nothing is written, not even an upgrade. */
  readonly readOnly?: boolean;
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
  /** Of the boot template; null = none. */
  readonly cacheDirectory?: string | null;
}

const fileName = "store.plansmith";
/** What the file is, before the archive; another format gets another word. */
const magic = Buffer.from("plansmith store 1\n");
const digestBytes = 32;
const lockWaitMs = 60_000;

/** `$XDG_STATE_HOME/plansmith`, else `~/.local/state/plansmith`. */
export function defaultStateDirectory(): string {
  const base = process.env.XDG_STATE_HOME;
  return join(base?.startsWith("/") ? base : join(homedir(), ".local", "state"), "plansmith");
}

/** The file of a folder's store. */
export function embeddedStoreFile(directory: string): string {
  return join(directory, fileName);
}

/**
 * A store in one file: a PostgreSQL with pgvector, loaded into memory and written back whole, by rename, when it is closed after a change.
 * So a run that dies half-way leaves the store as it was, and a lock file makes runs that write wait for one another. Throws
 * STORE_INCOMPATIBLE for a damaged or newer file, which is never overwritten.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<Store> {
  const { directory, readOnly = false } = options;
  const path = embeddedStoreFile(directory);
  if (!readOnly)
    await mkdir(directory, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw new AdvisorError("PERMISSION_DENIED", `The store's folder ${directory} cannot be made.`, {
        hint: "Name another one with --store.",
        cause,
      });
    });
  const unlock = readOnly ? async () => undefined : await holdLock(`${path}.lock`, options.waitMs ?? lockWaitMs, options.signal);
  try {
    const saved = await readArchive(path);
    const database = await boot(path, saved, options);
    let changed = saved === null;
    const session: SqlSession = {
      query: (sql, parameters) => {
        changed ||= !/^\s*(select|with)\b/i.test(sql);
        return database.session.query(sql, parameters);
      },
      close: () => database.close(),
    };
    try {
      database.provideExtension("vector");
      await upgrade(session, path);
    } catch (error) {
      await database.close();
      throw error;
    }
    let open = true;
    return storeOn(session, {
      description: path,
      async close() {
        if (!open) return;
        open = false;
        try {
          if (changed && !readOnly) await writeArchive(path, await database.dump!());
        } finally {
          await database.close();
          await unlock();
        }
      },
    });
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function boot(path: string, saved: Uint8Array<ArrayBuffer> | null, { cacheDirectory }: EmbeddedStoreOptions) {
  const cache = cacheDirectory === undefined ? {} : { cacheDirectory };
  if (saved === null) return bootEmbedded(cache);
  try {
    return await bootEmbedded({ ...cache, dataDirectory: saved });
  } catch (cause) {
    throw damaged(path, "its database does not start", cause);
  }
}

/** Null when there is no store yet. */
async function readArchive(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  let bytes: Buffer<ArrayBuffer>;
  try {
    bytes = (await readFile(path)) as Buffer<ArrayBuffer>;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw new AdvisorError("STORE_INCOMPATIBLE", `The store ${path} cannot be read.`, {
      hint: "Check its permissions, or name another with --store.",
      cause,
    });
  }
  if (!bytes.subarray(0, magic.length).equals(magic)) {
    const newer = /^plansmith store \d+\n/.test(bytes.subarray(0, 40).toString("latin1"));
    throw damaged(path, newer ? "a newer release wrote it" : "it is no store of Plansmith");
  }
  const archive = bytes.subarray(magic.length, Math.max(magic.length, bytes.length - digestBytes));
  const digest = createHash("sha256").update(archive).digest();
  if (!digest.equals(bytes.subarray(bytes.length - digestBytes))) throw damaged(path, "its checksum does not match");
  return new Uint8Array(archive);
}

async function writeArchive(path: string, archive: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}.${randomUUID()}`;
  try {
    await writeFile(unfinished, Buffer.concat([magic, archive, createHash("sha256").update(archive).digest()]), { mode: 0o600 });
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw new AdvisorError("STORE_INCOMPATIBLE", `The store ${path} cannot be written; it is as it was before.`, {
      hint: "Check the space and the permissions of its folder.",
      cause,
    });
  }
}

function damaged(path: string, why: string, cause?: unknown): AdvisorError {
  return new AdvisorError("STORE_INCOMPATIBLE", `The store ${path} cannot be used: ${why}.`, {
    hint: "Nothing was changed. Restore it from a backup, move it away to start a new one, or name another with --store.",
    ...(cause === undefined ? {} : { cause }),
  });
}
