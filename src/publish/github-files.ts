import { z } from "zod";
import { AdvisorError } from "../errors.ts";
import type { ChangedFile } from "../migrations/git-changes.ts";
import { type Api, jsonOf, pages, refused, request } from "./api.ts";
import { type GithubTarget, githubApi } from "./github-api.ts";

const fileSchema = z.object({
  filename: z.string(),
  status: z.string(),
  sha: z.string().nullable(),
  previous_filename: z.string().optional(),
});
const pullSchema = z.object({ head: z.object({ sha: z.string() }), base: z.object({ sha: z.string() }) });

/** GitHub lists no more: https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const mostFiles = 3000;
/** Files that a review reads: migrations, and source in which SQL may stand. */
const readable = /\.(sql|[cm]?[jt]sx?|py|rb|go|java|kt|cs|rs|php)$/;

export interface PullChanges {
  readonly files: readonly ChangedFile[];
  readonly headSha: string;
  readonly notices: readonly string[];
}

/**
 * The files of a pull request as text, read through the API: nothing of its branch is checked out, so that none of it can be
 * executed, whoever sent it.
 */
export async function pullChanges(target: GithubTarget): Promise<PullChanges> {
  const api = githubApi(target);
  const pull = await request(api, { method: "GET", path: `/repos/${target.repository}/pulls/${target.pull}` });
  if (pull.status !== 200) throw refused(api, pull, "show the pull request");
  const parsed = pullSchema.safeParse(jsonOf(pull));
  if (!parsed.success)
    throw new AdvisorError("CONNECTION_FAILED", "GitHub's answer describes no pull request.", {
      hint: "Check GITHUB_API_URL.",
      cause: parsed.error,
    });
  const { head, base } = parsed.data;
  const listed = (await pages(api, `/repos/${target.repository}/pulls/${target.pull}/files`)).flatMap(
    (each) => fileSchema.safeParse(each).data ?? [],
  );
  const files: ChangedFile[] = [];
  for (const file of listed) {
    if (!readable.test(file.filename)) continue;
    const status = statusOf(file.status);
    const content = status === "deleted" || file.sha === null ? new Uint8Array() : await blob(api, target, file.sha);
    const before =
      status === "added" ? null : await contents(api, target, { path: file.previous_filename ?? file.filename, ref: base.sha });
    files.push({ path: file.filename, status, content, before });
  }
  const notices = listed.length >= mostFiles ? [`the pull request has ${mostFiles} files or more: GitHub does not list the rest`] : [];
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), headSha: head.sha, notices };
}

function statusOf(status: string): ChangedFile["status"] {
  if (status === "removed") return "deleted";
  return status === "renamed" ? "renamed" : status === "added" || status === "copied" ? "added" : "modified";
}

/** Blobs of a fork's pull request are in the repository that it is against. */
async function blob(api: Api, { repository }: GithubTarget, sha: string): Promise<Uint8Array> {
  const response = await request(api, {
    method: "GET",
    path: `/repos/${repository}/git/blobs/${encodeURIComponent(sha)}`,
    accept: "application/vnd.github.raw+json",
  });
  if (response.status !== 200) throw refused(api, response, "show a file");
  return response.body;
}

async function contents(
  api: Api,
  { repository }: GithubTarget,
  { path, ref }: { readonly path: string; readonly ref: string },
): Promise<Uint8Array | null> {
  const place = path.split("/").map(encodeURIComponent).join("/");
  const response = await request(api, {
    method: "GET",
    path: `/repos/${repository}/contents/${place}?ref=${encodeURIComponent(ref)}`,
    accept: "application/vnd.github.raw+json",
  });
  // The base branch may have lost the file since: then there is nothing to compare with.
  if (response.status === 404) return null;
  if (response.status !== 200) throw refused(api, response, "show a file of the base");
  return response.body;
}
