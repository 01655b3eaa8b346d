import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { AdvisorError } from "../errors.ts";
import { type FileBytes, readWithin } from "./read-within.ts";

/** A file that the working tree has otherwise than the base. */
export interface ChangedFile extends FileBytes {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly status: "added" | "modified" | "deleted" | "renamed";
  /** As the base has it; null for an added file. */
  readonly before: Uint8Array | null;
}

export interface Repository {
  readonly root: string;
  /** Files changed since the working tree's branch left `base`, untracked ones included, by path. */
  changes(base: string): Promise<ChangedFile[]>;
  /** Files of the working tree that git knows or would. */
  files(): Promise<string[]>;
  read(path: string): Promise<FileBytes>;
}

/** The git repository around `cwd`. Throws INPUT_INVALID when there is none, or no git. Runs git's plumbing only: no hook, no filter of the repository's. */
export async function openRepository(cwd: string): Promise<Repository> {
  const root = (await git(cwd, ["rev-parse", "--show-toplevel"], "There is no git repository here.")).toString("utf8").trim();
  const roots = new Set([await realpath(root)]);
  const read = (path: string) => readWithin(roots, join(root, path));
  return {
    root,
    async changes(base) {
      // A name that starts with a dash would be an option to git.
      if (base.startsWith("-") || base.trim() === "") throw unknownBase(base);
      const fork = (await git(root, ["merge-base", base, "HEAD"], unknownBase(base).message)).toString("utf8").trim();
      const listed = await git(root, ["diff", "--no-ext-diff", "--no-textconv", "--name-status", "-M", "-z", fork, "--"]);
      const untracked = fields(await git(root, ["ls-files", "--others", "--exclude-standard", "-z"]));
      const changes: ChangedFile[] = [];
      for (const { status, path, from } of entries(fields(listed))) {
        const now = status === "deleted" ? { content: new Uint8Array() } : await read(path);
        const before = status === "added" ? null : await git(root, ["cat-file", "blob", `${fork}:${from}`]);
        changes.push({ path, status, ...now, before });
      }
      for (const path of untracked) changes.push({ path, status: "added", ...(await read(path)), before: null });
      return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    async files() {
      return fields(await git(root, ["ls-files", "--cached", "--others", "--exclude-standard", "-z"])).sort();
    },
    read,
  };
}

function unknownBase(base: string): AdvisorError {
  return new AdvisorError("INPUT_INVALID", `git knows no "${base}" with a common ancestor.`, {
    hint: "Fetch it first (actions/checkout: fetch-depth: 0), or name another --base.",
  });
}

async function git(cwd: string, args: readonly string[], otherwise = "git failed."): Promise<Buffer> {
  try {
    const { stdout } = await promisify(execFile)("git", [...args], { cwd, encoding: "buffer", maxBuffer: 256 * 1024 * 1024 });
    return stdout;
  } catch (cause) {
    throw new AdvisorError("INPUT_INVALID", otherwise, { hint: "--base needs git and a repository with its history.", cause });
  }
}

function fields(output: Buffer): string[] {
  return output
    .toString("utf8")
    .split("\0")
    .filter((field) => field !== "");
}

/** `git diff --name-status -z`: status, path; for a rename status, old path, new path. */
function* entries(list: readonly string[]): Generator<{ status: ChangedFile["status"]; path: string; from: string }> {
  for (let at = 0; at < list.length; ) {
    const letter = list[at]![0];
    const first = list[at + 1]!;
    if (letter === "R" || letter === "C") {
      yield { status: letter === "R" ? "renamed" : "added", path: list[at + 2]!, from: first };
      at += 3;
      continue;
    }
    yield { status: letter === "A" ? "added" : letter === "D" ? "deleted" : "modified", path: first, from: first };
    at += 2;
  }
}
