import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Config } from "../config/config.ts";
import { sortChange } from "../migrations/changed-files.ts";
import { openRepository } from "../migrations/git-changes.ts";
import type { FoundFile } from "../migrations/read-migration.ts";
import { addedSql } from "../migrations/source-sql.ts";
import type { ReviewRun } from "../wire-review.ts";

export interface ChangeRequest {
  readonly cwd: string;
  readonly base: string;
  readonly paths: readonly string[];
  readonly config: Config;
  readonly withEarlier: boolean;
}

/** What the branch adds to `base`: its migrations as new files, earlier ones as context, and SQL added to application code. */
export async function changedFiles(request: ChangeRequest): Promise<{
  readonly files: readonly FoundFile[];
  readonly added: ReviewRun["added"];
  readonly notices: readonly string[];
}> {
  const { cwd, base, paths, config, withEarlier } = request;
  const repository = await openRepository(cwd);
  const scope = (paths.length > 0 ? paths : config.review.migrations).map((path) => fromRoot(repository.root, cwd, path));
  const inScope = (path: string) => scope.length === 0 || scope.some((each) => each === "" || path === each || path.startsWith(`${each}/`));
  const changes = await repository.changes(base);
  const sorted = await sortChange(changes, {
    inScope,
    existing: withEarlier ? await repository.files() : [],
    read: repository.read,
  });
  return { files: sorted.files, added: sorted.others.flatMap(addedSql), notices: sorted.notices };
}

function fromRoot(root: string, cwd: string, path: string): string {
  const full = isAbsolute(path) ? path : resolve(cwd, path);
  return relative(root, full).split(sep).join("/").replace(/\/$/, "");
}
