import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { codeTool, isCode } from "../code-migrations/read-code.ts";
import { AdvisorError } from "../errors.ts";
import { companionOf } from "./companion.ts";
import { conventionOf } from "./conventions.ts";
import type { FoundFile } from "./read-migration.ts";
import { type FileBytes, readWithin } from "./read-within.ts";
import { versionClashes } from "./version-clash.ts";

export interface FoundFiles {
  /** In the order they are applied. */
  readonly files: readonly FoundFile[];
  /** Folders in which no migration was found, and the like: a line each. */
  readonly notices: readonly string[];
}

/**
 * The files that paths name, a folder with all SQL below it. Without a schema, earlier files beside a named file come as context.
 * Throws INPUT_INVALID for a path that is not there.
 */
export async function findFiles(cwd: string, paths: readonly string[], options: { readonly withEarlier: boolean }): Promise<FoundFiles> {
  const given = await Promise.all(paths.map((path) => lookUp(cwd, path)));
  // What is named is meant, wherever it leads, and so is what lies beside it.
  const meant = given.flatMap(({ full, isFolder }) => (isFolder ? [full] : [full, folderOfSet(full)]));
  const read = reader(new Set(await Promise.all([...new Set([cwd, ...meant])].map((path) => realpath(path)))));
  const named = new Set<string>();
  const notices: string[] = [];
  for (const { path, full, isFolder } of given) {
    const below = isFolder ? await migrationsBelow(full, read) : [full];
    if (below.length === 0) notices.push(`no migration in "${path}"`);
    for (const each of below) named.add(each);
  }
  const all = new Set(named);
  if (options.withEarlier) {
    const last = new Map<string, string>();
    for (const path of [...named].sort(compareMigrations)) last.set(folderOfSet(path), path);
    for (const [folder, path] of last)
      for (const each of await migrationsBelow(folder, read)) if (compareMigrations(each, path) < 0) all.add(each);
  }
  const files: FoundFile[] = [];
  for (const path of [...all].sort(compareMigrations)) {
    const companion = await companionOf(path.split(sep).join("/"), read);
    files.push({
      path: portable(cwd, path),
      ...(await read(path)),
      isNew: named.has(path),
      ...(companion === undefined ? {} : { companion }),
    });
  }
  const fresh = files.filter((each) => each.isNew).map(({ path, content }) => ({ path, text: Buffer.from(content).toString("utf8") }));
  const beside = await Promise.all([...new Set([...named].map(dirname))].map((folder) => readdir(folder, { withFileTypes: true })));
  const siblings = beside.flat().flatMap((entry) => (entry.isDirectory() ? [] : [portable(cwd, join(entry.parentPath, entry.name))]));
  return { files, notices: [...notices, ...versionClashes(fresh, siblings)] };
}

async function lookUp(cwd: string, path: string) {
  const full = resolve(cwd, path);
  const found = await stat(full).catch((cause: unknown) => {
    throw new AdvisorError("INPUT_INVALID", `There is no file or folder "${path}".`, {
      hint: "Name migration files, or folders of them.",
      cause,
    });
  });
  return { path, full, isFolder: found.isDirectory() };
}

type Read = (path: string) => Promise<FileBytes>;

/** Reads each file once: code is read to see whose it is, and again to be reviewed. */
function reader(roots: ReadonlySet<string>): Read {
  const done = new Map<string, Promise<FileBytes>>();
  return (path) => {
    const bytes = done.get(path) ?? readWithin(roots, path);
    done.set(path, bytes);
    return bytes;
  };
}

/** Prisma and Diesel give each migration a folder of its own: the set is one level up. */
function folderOfSet(path: string): string {
  const folder = dirname(path);
  return /[\\/](migration|up)\.sql$/.test(path) ? dirname(folder) : folder;
}

/** SQL files, and code of a tool that is known. */
async function migrationsBelow(folder: string, read: Read): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && (entry.name.endsWith(".sql") || isCode(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[\\/](node_modules|\.git)[\\/]/.test(path))
    .sort();
  const found: string[] = [];
  for (const path of paths) {
    const text = async () => Buffer.from((await read(path)).content).toString("utf8");
    if (path.endsWith(".sql") || codeTool(portable(folder, path), await text())) found.push(path);
  }
  return found;
}

/** As the user would write it from `cwd`, with `/`. */
function portable(cwd: string, path: string): string {
  const short = relative(cwd, path);
  return (short.startsWith("..") ? path : short).split(sep).join("/");
}

/** Order of application: folder by folder, numbers by value, Flyway's repeatable migrations after the versioned ones. */
export function compareMigrations(a: string, b: string): number {
  const [one, two] = [sortKey(a), sortKey(b)];
  for (let at = 0; at < Math.max(one.length, two.length); at++) {
    const [x, y] = [one[at] ?? "", two[at] ?? ""];
    if (x === y) continue;
    const numeric = /^\d+$/.test(x) && /^\d+$/.test(y);
    // Versions may be longer than a double is exact: 20240102030405000001.
    const order = numeric ? Number(BigInt(x) - BigInt(y)) || 0 : x < y ? -1 : 1;
    if (order !== 0) return order;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortKey(path: string): string[] {
  const name = path.replaceAll("\\", "/").replace(/(^|\/)R__([^/]*)$/, "$1~R__$2");
  return name.toLowerCase().split(/(\d+)/);
}

/** True for a file that looks like a migration wherever it lies: by its tool's marks, or by a folder's name. */
export function looksLikeMigration(path: string, text: string): boolean {
  if (isCode(path)) return codeTool(path, text) !== null;
  if (!path.endsWith(".sql")) return false;
  if (conventionOf(path, text, null).name !== "plain") return true;
  return /(^|\/)(db\/)?(migrations?|migrate|changelogs?|schema_changes|deploy)\//i.test(path);
}
