import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { installations } from "../../src/native/find-postgres.ts";
import { serverUser } from "../../src/native/throwaway-cluster.ts";

/** A throwaway server of the machine's own PostgreSQL: superuser `postgres`, no password, one per test file. */
export interface NativePostgres {
  readonly major: number;
  readonly host: string;
  readonly port: number;
  /** Folder of the unix socket. */
  readonly socketDirectory: string;
  /** pg_stat_statements is installed, and loaded unless the settings said otherwise. */
  readonly hasStatements: boolean;
  url(database?: string, user?: string, password?: string): string;
  /** Runs statements as superuser, one after another, in one connection. */
  run(database: string, ...statements: readonly string[]): Promise<void>;
  /** Puts a line of `pg_hba.conf` in front of those that trust everybody, and reloads. */
  addAccessRule(rule: string): Promise<void>;
  /** Path of a client program beside the server's, e.g. pg_dump; null when it is not there. */
  program(name: string): string | null;
  /** Restarts as a hot standby that waits for a primary which never comes. */
  becomeStandby(): Promise<void>;
  stop(): Promise<void>;
}

/** What a skipped suite says. */
export const noNativePostgres = "no PostgreSQL found: set PLANSMITH_TEST_PG to a folder with initdb or install one";

/**
 * Starts a cluster with the PostgreSQL that PLANSMITH_TEST_PG names (a folder with `initdb`), else the first on the PATH or in
 * the usual places. Null when there is none. As root it runs as `postgres` or `nobody`: the server refuses root.
 */
export async function nativePostgres(settings: Readonly<Record<string, string>> = {}): Promise<NativePostgres | null> {
  const binaries = findBinaries();
  if (binaries === null) return null;
  const owner = serverUser();
  const directory = mkdtempSync(join(tmpdir(), "plansmith-pg-"));
  if (owner) chownSync(directory, owner.uid, owner.gid);
  const data = join(directory, "data");
  const as = owner ? { uid: owner.uid, gid: owner.gid } : {};
  const options = { ...as, cwd: directory, env: { ...process.env, LC_ALL: "C", TZ: "UTC" }, stdio: "pipe" as const };
  const port = await freePort();
  const start = (more: Readonly<Record<string, string>>) => {
    const all = {
      port: String(port),
      listen_addresses: "127.0.0.1",
      unix_socket_directories: directory,
      fsync: "off",
      // No ANALYZE behind the back of a test.
      autovacuum_naptime: "1h",
      ...more,
      ...settings,
    };
    const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    return startServer(join(binaries, "postgres"), ["-D", data, ...flags], { ...options, stdio: "ignore" }, port);
  };
  try {
    execFileSync(join(binaries, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], options);
    // A server without the contrib module refuses to start with it: that is how one finds out, wherever libraries lie.
    const preload = { shared_preload_libraries: "pg_stat_statements" };
    let running = await start(preload);
    const hasStatements = running !== null;
    running ??= await start({});
    if (running === null) throw new Error(`${binaries}/postgres does not start`);
    process.once("exit", () => {
      // Reached without stop() only when a test run is broken off.
      running?.server.kill("SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    });
    const halt = async () => {
      running?.server.kill("SIGINT"); // fast shutdown
      await running?.exited;
    };
    return {
      ...connectionsTo(port, data),
      major: running.major,
      socketDirectory: directory,
      hasStatements,
      program: (name) => (existsSync(join(binaries, name)) ? join(binaries, name) : null),
      async becomeStandby() {
        await halt();
        const signal = join(data, "standby.signal");
        writeFileSync(signal, "");
        if (owner) chownSync(signal, owner.uid, owner.gid);
        running = await start(hasStatements ? preload : {});
      },
      async stop() {
        await halt();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

function connectionsTo(port: number, data: string) {
  const host = "127.0.0.1";
  const url = (database = "postgres", user = "postgres", password?: string) =>
    `postgresql://${encodeURIComponent(user)}${password === undefined ? "" : `:${encodeURIComponent(password)}`}@${host}:${port}/${encodeURIComponent(database)}`;
  const run = async (database: string, ...statements: readonly string[]) => {
    const client = new pg.Client({ host, port, user: "postgres", database });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const addAccessRule = async (rule: string) => {
    const file = join(data, "pg_hba.conf");
    writeFileSync(file, `${rule}\n${readFileSync(file, "utf8")}`);
    await run("postgres", "select pg_reload_conf()", "select pg_sleep(0.2)");
  };
  return { host, port, url, run, addAccessRule };
}

/** What PLANSMITH_TEST_PG or PLANSMITH_PG names, else the newest that is installed. */
function findBinaries(): string | null {
  const named = process.env.PLANSMITH_TEST_PG ?? process.env.PLANSMITH_PG;
  const [newest] = installations({ ...process.env, PLANSMITH_PG: named });
  return newest?.binaries ?? null;
}

interface Started {
  readonly server: ChildProcess;
  readonly exited: Promise<void>;
  readonly major: number;
}

/** Null when the server exits instead of taking connections. */
async function startServer(binary: string, flags: readonly string[], options: SpawnOptions, port: number): Promise<Started | null> {
  const server = spawn(binary, flags, options);
  let gone = false;
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      gone = true;
      resolve();
    };
    server.once("exit", end);
    server.once("error", end);
  });
  const major = await untilReady(port, () => gone);
  return major === null ? null : { server, exited, major };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("no free port"))));
    });
  });
}

/** The major version, once the server takes connections; at most 60 s, null when it has gone. */
async function untilReady(port: number, gone: () => boolean): Promise<number | null> {
  const deadline = Date.now() + 60_000;
  while (!gone()) {
    const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", database: "postgres" });
    try {
      await client.connect();
      const version = await client.query<{ version: string }>("select current_setting('server_version_num') as version");
      return Math.floor(Number(version.rows[0]?.version) / 10_000);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return null;
}
