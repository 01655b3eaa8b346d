import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** A PostgreSQL installed on this machine. */
export interface Installation {
  /** Folder of `initdb` and `postgres`. */
  readonly binaries: string;
  readonly major: number;
}

/** Names a folder with `initdb` to use instead of searching; `none` means that there is none. */
const folderVariable = "PLANSMITH_PG";

/**
 * PostgreSQL servers of this machine, newest first: what PLANSMITH_PG names, else the PATH and the places where Debian, the
 * PostgreSQL project's RPMs, Homebrew, Postgres.app and Nix put them. One entry a folder.
 */
export function installations(env: Readonly<Record<string, string | undefined>> = process.env): readonly Installation[] {
  const named = env[folderVariable];
  if (named === "none") return [];
  const folders = named ? [named, join(named, "bin")] : [...(env.PATH ?? "").split(delimiter), ...installedFolders()];
  const found = new Map<string, Installation>();
  for (const folder of folders) {
    if (folder === "" || !existsSync(join(folder, "initdb")) || !existsSync(join(folder, "postgres"))) continue;
    // A link on the PATH stands alone: its neighbours lie where it points.
    const binaries = dirname(realpathSync(join(folder, "postgres")));
    if (found.has(binaries)) continue;
    const major = majorOf(binaries);
    if (major !== null) found.set(binaries, { binaries, major });
  }
  return [...found.values()].sort((a, b) => b.major - a.major);
}

/** `postgres (PostgreSQL) 15.13 (Debian …)` → 15; null when it cannot be run, such as a binary of another architecture. */
function majorOf(binaries: string): number | null {
  try {
    const text = execFileSync(join(binaries, "postgres"), ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const major = /\(PostgreSQL\)\s+(\d+)/.exec(text)?.[1];
    return major === undefined ? null : Number(major);
  } catch {
    return null; // not one that can serve here: the next folder may
  }
}

function installedFolders(): string[] {
  const under = (parent: string, rest: (entry: string) => string | null) => {
    if (!existsSync(parent)) return [];
    return readdirSync(parent)
      .sort()
      .flatMap((entry) => rest(entry) ?? []);
  };
  const postgresOf = (cellar: string) => under(cellar, (entry) => (entry.startsWith("postgresql") ? join(cellar, entry, "bin") : null));
  return [
    ...under("/usr/lib/postgresql", (entry) => join("/usr/lib/postgresql", entry, "bin")),
    ...under("/usr", (entry) => (entry.startsWith("pgsql-") ? join("/usr", entry, "bin") : null)),
    ...postgresOf("/opt/homebrew/opt"),
    ...postgresOf("/usr/local/opt"),
    ...postgresOf("/home/linuxbrew/.linuxbrew/opt"),
    "/usr/local/pgsql/bin",
    "/usr/libexec/postgresql",
    ...under("/Applications/Postgres.app/Contents/Versions", (entry) => join("/Applications/Postgres.app/Contents/Versions", entry, "bin")),
    join(homedir(), ".nix-profile/bin"),
  ];
}
