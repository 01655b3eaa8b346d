import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { CollationClass } from "./embedded-database.ts";

/** Change when the way a template is made changes, so that old ones are not used. */
const recipe = 1;

const initdbArguments: Readonly<Record<CollationClass, readonly string[]>> = {
  c: [],
  "libc-utf8": ["--locale=en_US.UTF-8"],
  // PGlite carries no ICU data beyond the root collation.
  icu: ["--locale-provider=icu", "--icu-locale=und", "--locale=en_US.UTF-8"],
};

/** SHA-256 of the archive stands behind it, so that a damaged file is never booted. */
const digestBytes = 32;

/**
 * Data directory of a fresh cluster as a tar archive, from the cache or made by initdb (3 s).
 * A cache that cannot be read or written only costs time; a damaged file is replaced.
 */
export async function loadTemplate(collation: CollationClass, cacheDirectory: string | null | undefined): Promise<Blob> {
  const directory = cacheDirectory === undefined ? defaultCacheDirectory() : cacheDirectory;
  if (directory === null) return new Blob([await makeTemplate(collation)]);
  const path = join(directory, `pglite-${pgliteVersion()}-${collation}-${recipe}.tar`);
  const cached = await readTemplate(path);
  if (cached !== null) return new Blob([cached]);
  const made = await makeTemplate(collation);
  await keepTemplate(path, made);
  return new Blob([made]);
}

/** `$XDG_CACHE_HOME/plansmith`, else `~/.cache/plansmith`. */
export function defaultCacheDirectory(): string {
  const base = process.env.XDG_CACHE_HOME;
  return join(base?.startsWith("/") ? base : join(homedir(), ".cache"), "plansmith");
}

async function makeTemplate(collation: CollationClass): Promise<Uint8Array<ArrayBuffer>> {
  const postgres = await PGlite.create({
    startParams: [...PGlite.defaultStartParams, "-c", "shared_buffers=16MB"],
    // Small WAL and no page checksums: a smaller archive, and pages may be patched.
    initDbStartParams: ["--wal-segsize=1", "--no-data-checksums", ...initdbArguments[collation]],
  });
  try {
    // Two thirds of the files; nobody creates a database in here.
    await postgres.exec("update pg_database set datistemplate = false where datname <> current_database()");
    await postgres.exec("drop database template0");
    await postgres.exec("drop database template1");
    await postgres.exec("checkpoint");
    return new Uint8Array(await (await postgres.dumpDataDir("none")).arrayBuffer());
  } finally {
    await postgres.close();
  }
}

/** The archive, or null when there is none or it is damaged (then it is removed). */
async function readTemplate(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(path));
  } catch {
    return null; // absent or unreadable: both mean "make one"
  }
  const archive = bytes.subarray(0, Math.max(0, bytes.length - digestBytes));
  const digest = createHash("sha256").update(archive).digest();
  if (archive.length > 0 && digest.equals(bytes.subarray(archive.length))) return archive;
  await rm(path, { force: true }).catch(() => {}); // keepTemplate replaces it anyway
  return null;
}

async function keepTemplate(path: string, archive: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, Buffer.concat([archive, createHash("sha256").update(archive).digest()]));
    await rename(unfinished, path);
  } catch {
    // An unwritable or full cache means no cache: the archive in hand is good.
    await rm(unfinished, { force: true }).catch(() => {});
  }
}

function pgliteVersion(): string {
  const require = createRequire(import.meta.url);
  // package.json is not exported; it lies beside dist/.
  const manifest = require(join(dirname(require.resolve("@electric-sql/pglite")), "..", "package.json")) as { version: string };
  return manifest.version;
}
