import { codeTool, isCode } from "../code-migrations/read-code.ts";
import { companionOf } from "./companion.ts";
import { compareMigrations, type FoundFiles, looksLikeMigration } from "./find-files.ts";
import type { ChangedFile } from "./git-changes.ts";
import type { FoundFile } from "./read-migration.ts";
import type { FileBytes } from "./read-within.ts";
import { versionClashes } from "./version-clash.ts";

export interface ChangeSet extends FoundFiles {
  /** Changed files that are no migrations: application code and its SQL. */
  readonly others: readonly ChangedFile[];
}

/** Sorts a change into new migrations, with what comes before them as context, and the rest. `inScope` limits which paths count as migrations. */
export async function sortChange(
  changes: readonly ChangedFile[],
  options: {
    readonly inScope: (path: string) => boolean;
    /** A configured command prints its SQL. */
    readonly isPrinted?: (path: string) => boolean;
    /** Every path that is there now, and how to read one. */
    readonly existing: readonly string[];
    /** Earlier migrations are wanted, as context. */
    readonly withEarlier: boolean;
    readonly read: (path: string) => Promise<FileBytes>;
  },
): Promise<ChangeSet> {
  const notices: string[] = [];
  const fresh = new Map<string, FoundFile>();
  const others: ChangedFile[] = [];
  for (const change of changes) {
    const isMigration =
      options.isPrinted?.(change.path) || (options.inScope(change.path) && looksLikeMigration(change.path, textOf(change.content)));
    if (!isMigration) {
      if (change.status !== "deleted" && change.unreadable === undefined) others.push(change);
      continue;
    }
    if (change.status === "deleted") notices.push(`${change.path} is deleted: where it has run, nothing is undone`);
    else if (change.status === "renamed")
      notices.push(`${change.path} is an earlier migration under a new name: runners take it for a new one, or miss it`);
    else {
      if (change.status === "modified")
        notices.push(`${change.path} was there before and is changed: where it has run, the change never runs`);
      const { path, content, unreadable } = change;
      fresh.set(path, { path, content, ...(unreadable === undefined ? {} : { unreadable }), isNew: true });
    }
  }
  const gone = new Set(changes.flatMap((each) => (each.status === "deleted" ? [each.path] : [])));
  const siblings = options.existing.filter((path) => !gone.has(path));
  const named = [...fresh.values()].map(({ path, content }) => ({ path, text: textOf(content) }));
  notices.push(...versionClashes(named, siblings));
  const folders = new Set([...fresh.keys()].map(setOf));
  const context: FoundFile[] = [];
  for (const path of options.withEarlier ? options.existing : []) {
    if (fresh.has(path) || !(path.endsWith(".sql") || isCode(path)) || !folders.has(setOf(path))) continue;
    const bytes = await options.read(path);
    if (path.endsWith(".sql") || codeTool(path, textOf(bytes.content))) context.push({ path, ...bytes, isNew: false });
  }
  const changed = new Map(changes.flatMap((each) => (each.status === "deleted" ? [] : [[each.path, each] as const])));
  const known = new Set(siblings);
  const beside = async (path: string) => changed.get(path) ?? (known.has(path) ? options.read(path) : null);
  const found = await Promise.all(
    [...context, ...fresh.values()].map(async (file) => {
      const companion = await companionOf(file.path, beside);
      return companion === undefined ? file : { ...file, companion };
    }),
  );
  const files = found.sort((a, b) => Number(a.isNew) - Number(b.isNew) || compareMigrations(a.path, b.path));
  return { files, others, notices };
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content.subarray(0, 64 * 1024)).toString("utf8");
}

/** The folder that holds a set of migrations; for one folder a migration, the one above. */
function setOf(path: string): string {
  const parts = path.split("/");
  return parts.slice(0, /(^|\/)(migration|up|down)\.sql$/.test(path) ? -2 : -1).join("/");
}
