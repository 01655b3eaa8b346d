import { type ChildProcess, execFileSync } from "node:child_process";
import { chownSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { AdvisorError } from "../errors.ts";
import { ownedPrefix, sweepAbandoned } from "./abandoned.ts";
import { cleanedUp } from "./cleanup.ts";
import type { Installation } from "./find-postgres.ts";

/** A server of our own: nobody else can reach its socket, and nothing of it is left after `stop`. */
export interface ThrowawayCluster {
  /** Folder of the unix socket: what `host` of a connection takes. */
  readonly socketDirectory: string;
  readonly dataDirectory: string;
  /** Who owns its files; null: this process's user. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  stop(): Promise<void>;
}

const port = 5432;
const startTimeoutMs = 60_000;

/** No durability, nothing in the background that touches pages or statistics, and locks for DDL of many tables at once. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: "",
  fsync: "off",
  full_page_writes: "off",
  autovacuum: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  checkpoint_timeout: "1d",
  bgwriter_lru_maxpages: "0",
  shared_buffers: "16MB",
  max_connections: "10",
  max_locks_per_transaction: "1024",
  allow_system_table_mods: "on",
  logging_collector: "off",
  timezone: "UTC",
};

/**
 * initdb and start, 2 to 4 s. As root it runs as `postgres` or `nobody`, since the server refuses root. Throws BACKEND_UNSUPPORTED
 * when it cannot be made.
 */
export async function startThrowawayCluster(installation: Installation): Promise<ThrowawayCluster> {
  const owner = serverUser();
  await sweepAbandoned();
  const directory = mkdtempSync(ownedPrefix());
  const cleanup = cleanedUp(directory);
  try {
    if (owner) chownSync(directory, owner.uid, owner.gid);
    const data = join(directory, "data");
    const options = { ...owner, cwd: directory, env: { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC" } };
    // On by default since 18: pages that are written from outside carry none.
    const checksums = installation.major >= 18 ? ["--no-data-checksums"] : [];
    const initdb = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", ...checksums];
    await succeeded(cleanup.start(join(installation.binaries, "initdb"), initdb, { ...options, stdio: ["ignore", "ignore", "pipe"] }));
    const flags = Object.entries({ ...settings, port: String(port), unix_socket_directories: directory });
    const arguments_ = ["-D", data, ...flags.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
    const server = cleanup.start(join(installation.binaries, "postgres"), arguments_, { ...options, stdio: "ignore" });
    if (!(await answers(directory, server))) throw new Error("the server ended instead of taking connections");
    return { socketDirectory: directory, dataDirectory: data, owner, stop: cleanup.stop };
  } catch (cause) {
    await cleanup.stop();
    throw new AdvisorError(
      "BACKEND_UNSUPPORTED",
      `PostgreSQL ${installation.major} of ${installation.binaries} could not be started here.`,
      {
        hint: "Use the embedded planner: --planner shadow",
        cause,
      },
    );
  }
}

function succeeded(child: ChildProcess): Promise<void> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => (code === 0 ? resolve() : reject(new Error(`initdb ended with ${code ?? signal}: ${said}`))));
  });
}

async function answers(socketDirectory: string, server: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + startTimeoutMs;
  let gone = false;
  server.once("exit", () => {
    gone = true;
  });
  server.once("error", () => {
    gone = true;
  });
  while (!gone && Date.now() < deadline) {
    const client = new pg.Client({ host: socketDirectory, port, user: "postgres", database: "postgres" });
    try {
      await client.connect();
      return true;
    } catch {
      await pause(30); // not up yet
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

/** Whom to become as root: `postgres` where it exists, else `nobody`. Null when not root. */
export function serverUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ["postgres", "nobody"]) {
    try {
      const number = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
      return { uid: number("-u"), gid: number("-g") };
    } catch {
      // No such user: the next one.
    }
  }
  throw new AdvisorError("BACKEND_UNSUPPORTED", "As root, PostgreSQL needs a user postgres or nobody to run as.");
}
