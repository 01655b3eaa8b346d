import { appendFile } from "node:fs/promises";
import { z } from "zod";
import { type GithubResponse, type GithubTarget, jsonOf, pages, refused, request, textOf } from "./github-api.ts";

export interface CommentText {
  /** First line of the comment, by which it is found again. */
  readonly marker: string;
  /** The whole comment in at most `limit` characters, marker first. */
  readonly text: (limit: number) => string;
  /** Nothing was reviewed: an earlier comment is brought up to date, none is made. */
  readonly onlyUpdate: boolean;
}

export interface Published {
  readonly where: "created" | "edited" | "unchanged" | "summary" | "nowhere";
  /** For the log: why it is not a comment. */
  readonly note: string | null;
}

export interface PublishOptions {
  /** `GITHUB_STEP_SUMMARY`: where the text goes when commenting is not permitted; null = nowhere. */
  readonly summaryPath: string | null;
  /** `GITHUB_RUN_ID`: a comment that a later run wrote is left alone. Null = unknown. */
  readonly run: number | null;
}

/** 65,536 is GitHub's own limit; a summary may have 1 MiB. */
const longest = 65_000;
const commentSchema = z.object({ id: z.number(), body: z.string().nullish(), user: z.object({ login: z.string() }).nullish() });
type Comment = z.infer<typeof commentSchema>;

/**
 * One comment on the pull request, edited in place. Two runs at once may both create one: each looks again afterwards, and all
 * but the oldest go. Where commenting is not permitted the text goes to the job's summary.
 */
export async function publishComment(target: GithubTarget, comment: CommentText, options: PublishOptions): Promise<Published> {
  const me = await ownLogin(target);
  const existing = await ownComments(target, comment.marker, me);
  const [oldest] = existing;
  if (!oldest && comment.onlyUpdate) return { where: "nowhere", note: "nothing was reviewed" };
  const body = (limit: number) => withRun(comment, options.run, limit);
  if (oldest) {
    await remove(target, existing.slice(1));
    return edit(target, oldest, { comment, options, body });
  }
  const made = await send(target, { method: "POST", path: `/repos/${target.repository}/issues/${target.pull}/comments` }, body);
  if (made.status !== 201) return elsewhere(made, { comment, options });
  const mine = commentSchema.parse(jsonOf(made));
  const now = await ownComments(target, comment.marker, me);
  const [first, ...others] = now;
  if (!first || (first.id === mine.id && others.length === 0)) return { where: "created", note: null };
  await remove(target, others);
  return first.id === mine.id ? { where: "created", note: null } : edit(target, first, { comment, options, body });
}

interface Edit {
  readonly comment: CommentText;
  readonly options: PublishOptions;
  readonly body: (limit: number) => string;
}

async function edit(target: GithubTarget, existing: Comment, { comment, options, body }: Edit): Promise<Published> {
  const later = runOf(existing.body ?? "");
  if (options.run !== null && later !== null && later > options.run)
    return { where: "unchanged", note: `run ${later} is later than this one` };
  if (withoutRun(existing.body ?? "") === withoutRun(body(longest))) return { where: "unchanged", note: null };
  const edited = await send(target, { method: "PATCH", path: `/repos/${target.repository}/issues/comments/${existing.id}` }, body);
  if (edited.status === 200) return { where: "edited", note: null };
  return elsewhere(edited, { comment, options });
}

/** Sends the text, shorter each time GitHub answers 422, which it does to a body that is too long for it. */
async function send(
  target: GithubTarget,
  where: { method: "POST" | "PATCH"; path: string },
  body: (limit: number) => string,
): Promise<GithubResponse> {
  for (let limit = longest; ; limit = Math.floor(limit / 2)) {
    const response = await request(target, { ...where, json: { body: body(limit) } });
    if (response.status !== 422 || limit < 2000) return response;
  }
}

async function elsewhere(response: GithubResponse, { comment, options }: Omit<Edit, "body">): Promise<Published> {
  if (![401, 403, 404, 429].includes(response.status)) throw refused(response, "take the comment");
  const why = `GitHub answers ${response.status} to the comment${/not accessible by integration/i.test(textOf(response)) ? " (the token may not write: a fork's pull request?)" : ""}`;
  if (options.summaryPath === null) return { where: "nowhere", note: why };
  await appendFile(options.summaryPath, comment.text(1_000_000));
  return { where: "summary", note: `${why}: the report is in the job's summary` };
}

/** Comments that begin with the marker and are ours, oldest first. Somebody else's, who copied the marker, is left alone. */
async function ownComments(target: GithubTarget, marker: string, me: string): Promise<Comment[]> {
  const all = await pages(target, `/repos/${target.repository}/issues/${target.pull}/comments`);
  return all
    .flatMap((each) => commentSchema.safeParse(each).data ?? [])
    .filter((each) => each.user?.login === me && (each.body ?? "").trimStart().startsWith(marker))
    .sort((a, b) => a.id - b.id);
}

async function remove(target: GithubTarget, comments: readonly Comment[]): Promise<void> {
  for (const { id } of comments) {
    const response = await request(target, { method: "DELETE", path: `/repos/${target.repository}/issues/comments/${id}` });
    // The other run may have removed it already.
    if (![204, 404, 410].includes(response.status)) throw refused(response, "remove a second comment");
  }
}

/** Who the token is. A workflow's own token may not ask, and writes as github-actions[bot]. */
async function ownLogin(target: GithubTarget): Promise<string> {
  const response = await request(target, { method: "GET", path: "/user" });
  if (response.status !== 200) return "github-actions[bot]";
  return z.object({ login: z.string() }).safeParse(jsonOf(response)).data?.login ?? "github-actions[bot]";
}

const runLine = /^<!-- plansmith:run (\d+) -->\n/m;

function withRun(comment: CommentText, run: number | null, limit: number): string {
  const text = comment.text(limit - 40);
  return run === null ? text : text.replace(/\n/, `\n<!-- plansmith:run ${run} -->\n`);
}

function runOf(body: string): number | null {
  const run = runLine.exec(body)?.[1];
  return run === undefined ? null : Number(run);
}

function withoutRun(body: string): string {
  return body.replaceAll("\r\n", "\n").replace(runLine, "").trim();
}
