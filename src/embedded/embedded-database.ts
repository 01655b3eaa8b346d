import { PGlite } from "@electric-sql/pglite";
import type { SqlSession } from "../contract/sql-session.ts";
import { AdvisorError } from "../errors.ts";
import { loadTemplate } from "./boot-template.ts";
import { bundleUrl, provideExtension } from "./bundled-extensions.ts";
import { type MemoryFileSystem, readUnheldAsZeros } from "./memory-file-system.ts";
import { openRelationFiles, type RelationFiles } from "./relation-files.ts";

/** A PostgreSQL 18 inside this process (PGlite), all of it in memory; or a server of its own that is used like it. */
export interface EmbeddedDatabase {
  /** What it is, for reports; absent: PGlite. */
  readonly server?: string;
  /** `bigint` arrives as text, as the `pg` driver gives it. Errors carry their SQLSTATE in `code`. */
  readonly session: SqlSession;
  /** `server_version_num`. */
  readonly versionNumber: number;
  /** Several statements in one call, results ignored. One implicit transaction, as in psql -c. */
  run(sql: string, options?: RunOptions): Promise<void>;
  /** The one value of the last statement: the fastest path for EXPLAIN. Undefined when it gave no row. */
  scalar(sql: string): Promise<unknown>;
  /**
   * Puts the files of a bundled extension where CREATE EXTENSION finds them, with those it requires.
   * False when it is not bundled. Costs a few ms; nothing is loaded before it is used.
   */
  provideExtension(name: string): boolean;
  /** Lengths and pages of relation files. */
  readonly files: RelationFiles;
  /** The data directory as a tar archive, from which `bootEmbedded` starts again; absent: the database is not in this process. */
  dump?(): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

export interface RunOptions {
  /** Messages at or above `client_min_messages`; severity as the server writes it: `DEBUG`, `NOTICE`, `WARNING`. */
  readonly onNotice?: (severity: string, message: string) => void;
}

/**
 * How the planner sees the database's default collation: `c` allows LIKE prefixes on a plain
 * B-tree; `libc-utf8` and `icu` do not, and differ in provider.
 */
export type CollationClass = "c" | "libc-utf8" | "icu";

export interface EmbeddedOptions {
  readonly collation?: CollationClass;
  /** Names as in `pg_extension`; their files are provided at boot, unknown names are ignored. */
  readonly extensions?: readonly string[];
  /** Where boot templates are kept; null = nowhere (initdb each time, 3 s). Default: the user's cache directory. */
  readonly cacheDirectory?: string | null;
  /** `shared_preload_libraries`, e.g. ["pg_stat_statements"]; their files are provided too. */
  readonly preload?: readonly string[];
  /** A data directory that `dump` gave; absent: a fresh one. */
  readonly dataDirectory?: Uint8Array<ArrayBuffer>;
}

/** Longest time, in ms, that the event loop is kept from signals and timers by back-to-back statements. */
const breathAfterMs = 40;

/** OID of bigint. */
const bigintType = 20;

/**
 * Boots from a cached template (about 0.2 s; 3 s and one initdb the first time).
 * The caller closes it. Memory grows by about 0.2 GB.
 */
export async function bootEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
  const preload = options.preload ?? [];
  const bundles = preload.map((name) => [name, preloadBundle(name)] as const);
  const postgres = await PGlite.create({
    loadDataDir: options.dataDirectory
      ? new Blob([options.dataDirectory])
      : await loadTemplate(options.collation ?? "c", options.cacheDirectory),
    startParams: [
      ...PGlite.defaultStartParams,
      "-c",
      "shared_buffers=16MB",
      // WAL lies in memory too: none is kept for a recovery that cannot happen.
      "-c",
      "full_page_writes=off",
      "-c",
      "min_wal_size=2MB",
      ...(preload.length > 0 ? ["-c", `shared_preload_libraries=${preload.join(",")}`] : []),
    ],
    // Only libraries to preload must be in place before the server starts.
    extensions: Object.fromEntries(bundles.map(([name, bundlePath]) => [name, { name, setup: async () => ({ bundlePath }) }])),
    parsers: { [bigintType]: (text: string) => text },
  });
  // PGlite's own type of FS needs Emscripten's types; ours names the part we use.
  const memory = postgres.Module.FS as unknown as MemoryFileSystem;
  readUnheldAsZeros(memory);
  for (const name of options.extensions ?? []) provideExtension(memory, name);
  const [server] = (await postgres.query<{ version: number }>("select current_setting('server_version_num')::int as version")).rows;
  return open(postgres, memory, server!.version);
}

function open(postgres: PGlite, memory: MemoryFileSystem, versionNumber: number): EmbeddedDatabase {
  const breathe = breathing();
  const close = async () => {
    if (!postgres.closed) await postgres.close();
  };
  return {
    session: {
      async query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
        await breathe();
        return (await postgres.query<Row>(sql, parameters === undefined ? undefined : [...parameters])).rows;
      },
      close,
    },
    versionNumber,
    async run(sql, options) {
      await breathe();
      const onNotice = options?.onNotice;
      await postgres.exec(sql, onNotice ? { onNotice: (notice) => onNotice(notice.severity ?? "", notice.message ?? "") } : undefined);
    },
    async scalar(sql) {
      await breathe();
      const row: Record<string, unknown> | undefined = (await postgres.exec(sql)).at(-1)?.rows[0];
      return row === undefined ? undefined : Object.values(row)[0];
    },
    provideExtension: (name) => provideExtension(memory, name),
    async dump() {
      await postgres.exec("checkpoint");
      return new Uint8Array(await (await postgres.dumpDataDir("none")).arrayBuffer());
    },
    files: openRelationFiles(memory),
    close,
  };
}

/** PGlite computes on this thread: every so often let signals, timers and output through. */
function breathing(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < breathAfterMs) return;
    await new Promise<void>((resume) => setImmediate(resume));
    last = performance.now();
  };
}

function preloadBundle(name: string): URL {
  const url = bundleUrl(name);
  if (url === null) throw new AdvisorError("EXTENSION_MISSING", `The embedded PostgreSQL has no library "${name}".`);
  return url;
}
