import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { installationRoot, type MemoryFileSystem } from "./memory-file-system.ts";
import { untar } from "./untar.ts";

const bundleSuffix = ".tar.gz";

/** Bundles that hold a loadable module and no extension (no control file). */
const modulesOnly = new Set(["auto_explain", "passwordcheck", "pg_overexplain"]);
/** contrib/spi is one bundle of four extensions. https://www.postgresql.org/docs/current/contrib-spi.html */
const extensionsOfSpi = ["autoinc", "insert_username", "moddatetime", "refint"];

/** Extensions that CREATE EXTENSION can make in the embedded PostgreSQL, by their name in `pg_extension`. */
export function bundledExtensions(): ReadonlySet<string> {
  const names = new Set(["plpgsql"]);
  for (const folder of bundleFolders()) {
    for (const file of readdirSync(folder)) {
      if (!file.endsWith(bundleSuffix)) continue;
      const bundle = file.slice(0, -bundleSuffix.length);
      if (bundle === "spi") for (const name of extensionsOfSpi) names.add(name);
      else if (!modulesOnly.has(bundle)) names.add(bundle);
    }
  }
  return names;
}

/** File URL of the bundle that holds this extension or module; null when there is none. */
export function bundleUrl(name: string): URL | null {
  const path = bundlePath(name);
  return path === null ? null : pathToFileURL(path);
}

/**
 * Unpacks the extension and those its control file requires. PGlite normally does this at boot, for a
 * fixed list, compiling each library; files that appear later are found and loaded just as well on first use.
 */
export function provideExtension(memory: MemoryFileSystem, name: string): boolean {
  if (name === "plpgsql") return true;
  const control = `${installationRoot}/share/postgresql/extension/${name}.control`;
  if (memory.analyzePath(control).exists) return true;
  const path = bundlePath(name);
  if (path === null) return false;
  const entries = untar(gunzipSync(readFileSync(path)));
  for (const entry of entries) {
    const target = `${installationRoot}/${entry.path}`;
    memory.mkdirTree(entry.folder ? target : dirname(target));
    if (!entry.folder) memory.writeFile(target, entry.content);
  }
  for (const entry of entries) {
    if (entry.path.endsWith(`/${name}.control`)) for (const required of requiredBy(entry.content)) provideExtension(memory, required);
  }
  return true;
}

/** `requires = 'cube, plpgsql'` of a control file. */
function requiredBy(control: Uint8Array): string[] {
  const list = /^\s*requires\s*=\s*'([^']*)'/m.exec(new TextDecoder().decode(control))?.[1] ?? "";
  return list.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
}

function bundlePath(name: string): string | null {
  // A name comes from a user's catalog: it must not lead out of the folder.
  if (!/^[\w-]+$/.test(name)) return null;
  const bundle = extensionsOfSpi.includes(name) ? "spi" : name;
  for (const folder of bundleFolders()) {
    const path = join(folder, bundle + bundleSuffix);
    if (existsSync(path)) return path;
  }
  return null;
}

function bundleFolders(): string[] {
  const require = createRequire(import.meta.url);
  return ["@electric-sql/pglite", "@electric-sql/pglite-pgvector"].map((name) => dirname(require.resolve(name)));
}
