import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { AdvisorError } from "../errors.ts";

/** The folder that migrations are written to, as far as new ones depend on it. */
export interface Place {
  /** As the user named it. */
  readonly folder: string;
  /** Names in it; empty for a folder that is not there yet. */
  readonly existing: readonly string[];
  /** Files in it that end so, with their text. */
  readonly read: (ending: string) => Promise<readonly { readonly name: string; readonly text: string }[]>;
}

/** The folder as it is. Throws INPUT_INVALID where the path is no folder. */
export async function openPlace(folder: string): Promise<Place> {
  const full = resolve(folder);
  const found = await stat(full).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new AdvisorError("INPUT_INVALID", `Cannot look into "${folder}": ${error.code ?? "unknown error"}.`, {
      hint: "Name a folder that you may write to with --out.",
      cause: error,
    });
  });
  if (found && !found.isDirectory())
    throw new AdvisorError("INPUT_INVALID", `"${folder}" is no folder.`, { hint: "Name the migrations' folder with --out." });
  const existing = found ? (await readdir(full)).toSorted() : [];
  return {
    folder,
    existing,
    read: async (ending) => {
      const names = existing.filter((name) => name.endsWith(ending));
      return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(full, name), "utf8") })));
    },
  };
}

/** The first of a tool's usual folders that is there, else the first; relative to `cwd`. */
export async function usualFolder(cwd: string, folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const found = await stat(join(cwd, folder)).catch(() => null); // not there, or not to be read: then it is not the one
    if (found?.isDirectory()) return folder;
  }
  return folders[0] ?? ".";
}

/** Alembic's only head: the revision that no other comes after; null in an empty folder. Throws INPUT_INVALID where there are several. */
export async function alembicHead(place: Place): Promise<string | null> {
  const files = await place.read(".py");
  const text = (name: string) => new RegExp(String.raw`^${name}(?:\s*:[^=\n]+)?\s*=\s*(.+)$`, "m");
  const revisions = files.flatMap((file) => /["']([^"']+)["']/.exec(text("revision").exec(file.text)?.[1] ?? "")?.[1] ?? []);
  const followed = new Set(
    files.flatMap((file) => [...(text("down_revision").exec(file.text)?.[1] ?? "").matchAll(/["']([^"']+)["']/g)].map((each) => each[1])),
  );
  const heads = revisions.filter((revision) => !followed.has(revision));
  if (heads.length < 2) return heads[0] ?? null;
  throw new AdvisorError("INPUT_INVALID", `"${place.folder}" has several heads: ${heads.join(", ")}.`, {
    hint: "Merge them first: alembic merge heads",
  });
}

/** Name of Django's newest migration, and of its app; null in an empty folder. Throws INPUT_INVALID where two have the same number. */
export function djangoLeaf(place: Place): { readonly app: string; readonly leaf: string | null } {
  const names = place.existing.flatMap((name) => /^(\d{4}_\w+)\.py$/.exec(name)?.[1] ?? []);
  const leaf = names.at(-1) ?? null;
  const twins = names.filter((name) => leaf !== null && name.slice(0, 4) === leaf.slice(0, 4));
  const folder = resolve(place.folder);
  const app = basename(folder) === "migrations" ? basename(dirname(folder)) : basename(folder);
  if (twins.length < 2) return { app, leaf };
  throw new AdvisorError("INPUT_INVALID", `"${place.folder}" has two newest migrations: ${twins.join(", ")}.`, {
    hint: "Merge them first: python manage.py makemigrations --merge",
  });
}
