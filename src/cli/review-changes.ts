import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Config } from "../config/config.ts";
import { withStructure } from "../migrations/change-structure.ts";
import { sortChange } from "../migrations/changed-files.ts";
import { type ChangedFile, openRepository, type Repository } from "../migrations/git-changes.ts";
import { isPrinted } from "../migrations/print-command.ts";
import type { FoundFile } from "../migrations/read-migration.ts";
import { addedSql } from "../migrations/source-sql.ts";
import type { ReviewRun } from "../wire-review.ts";
import { wholeNumber } from "./read-flags.ts";

export interface ChangeRequest {
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly config: Config;
  readonly withEarlier: boolean;
}

interface Changed {
  readonly files: readonly FoundFile[];
  readonly added: ReviewRun["added"];
  readonly notices: readonly string[];
}

/** What the branch adds to `base`: its migrations as new files, earlier ones as context, and SQL added to application code. */
export async function changedFiles(request: ChangeRequest & { readonly base: string }): Promise<Changed> {
  const repository = await openRepository(request.cwd);
  return sorted(request, repository, await repository.changes(request.base));
}

/** The same of a pull request, read through GitHub's API; earlier migrations are the working tree's, which is the base's. */
export async function pullFiles(request: ChangeRequest & { readonly flags: { readonly pull?: string | undefined } }): Promise<Changed> {
  const { githubTarget } = await import("../publish/github-environment.ts");
  const { pullChanges } = await import("../publish/github-files.ts");
  const { files, notices } = await pullChanges(await githubTarget(process.env, wholeNumber("pull", request.flags.pull, 1) ?? null));
  const change = await sorted(request, await openRepository(request.cwd), files);
  return { ...change, notices: [...notices, ...change.notices] };
}

async function sorted(request: ChangeRequest, repository: Repository, changes: readonly ChangedFile[]): Promise<Changed> {
  const { withEarlier } = request;
  const change = await sortChange(changes, {
    inScope: scopeOf(request, repository.root),
    isPrinted: (path) => isPrinted(path, commandsOf(request.config)),
    existing: await repository.files(),
    withEarlier,
    read: repository.read,
  });
  const { files, others, notices } = withStructure(change, { hasSchema: !withEarlier });
  return { files, added: others.flatMap(addedSql), notices };
}

function commandsOf({ review }: Config) {
  return review.commands.map((each) => ({ ...each, runner: each.runner ?? null }));
}

/** Which paths count as migrations: those named, else any. */
function scopeOf({ cwd, paths, config }: ChangeRequest, root: string): (path: string) => boolean {
  const scope = (paths.length > 0 ? paths : config.review.migrations).map((path) => fromRoot(root, cwd, path));
  return (path) => scope.length === 0 || scope.some((each) => each === "" || path === each || path.startsWith(`${each}/`));
}

function fromRoot(root: string, cwd: string, path: string): string {
  const full = isAbsolute(path) ? path : resolve(cwd, path);
  return relative(root, full).split(sep).join("/").replace(/\/$/, "");
}
