import { appendFile } from "node:fs/promises";
import { type Api, type ApiResponse, refused, textOf } from "./api.ts";

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
  /** Where the text goes when commenting is not permitted: `GITHUB_STEP_SUMMARY`; null = nowhere. */
  readonly summaryPath: string | null;
  /** `GITHUB_RUN_ID`, `CI_PIPELINE_ID`: a comment that a later run wrote is left alone. Null = unknown. */
  readonly run: number | null;
}

export interface HostedComment {
  readonly id: number;
  readonly body: string;
}

/** Comments of one request on one service. */
export interface CommentHost {
  readonly api: Api;
  /** Characters that it takes. */
  readonly longest: number;
  /** Status of an answer to a body that is too long, or otherwise not taken. */
  readonly tooLong: readonly number[];
  /** Comments of our own token, oldest first. Somebody else's, who copied the marker, are none. */
  own(): Promise<readonly HostedComment[]>;
  create(body: string): Promise<ApiResponse>;
  edit(id: number, body: string): Promise<ApiResponse>;
  remove(id: number): Promise<ApiResponse>;
}

/**
 * One comment on the request, edited in place. Two runs at once may both create one: each looks again afterwards, and all but the
 * oldest go. Where commenting is not permitted the text goes to the job's summary.
 */
export async function publishOne(host: CommentHost, comment: CommentText, options: PublishOptions): Promise<Published> {
  const [oldest, ...more] = await marked(host, comment);
  if (!oldest && comment.onlyUpdate) return { where: "nowhere", note: "nothing was reviewed" };
  if (oldest) {
    await remove(host, more);
    return edit(host, oldest, { comment, options });
  }
  const made = await send(host, comment, options, (body) => host.create(body));
  if (made.status !== 201) return elsewhere(host, made, { comment, options });
  const mine = (JSON.parse(textOf(made)) as { id: number }).id; // 201 answers with what was made
  const [first, ...others] = await marked(host, comment);
  if (!first) return { where: "created", note: null };
  await remove(host, others);
  return first.id === mine ? { where: "created", note: null } : edit(host, first, { comment, options });
}

async function marked(host: CommentHost, { marker }: CommentText): Promise<HostedComment[]> {
  return (await host.own()).filter((each) => each.body.trimStart().startsWith(marker)).toSorted((a, b) => a.id - b.id);
}

interface Wanted {
  readonly comment: CommentText;
  readonly options: PublishOptions;
}

async function edit(host: CommentHost, existing: HostedComment, { comment, options }: Wanted): Promise<Published> {
  const later = runOf(existing.body);
  if (options.run !== null && later !== null && later > options.run)
    return { where: "unchanged", note: `run ${later} is later than this one` };
  if (withoutRun(existing.body) === withoutRun(withRun(comment, options.run, host.longest))) return { where: "unchanged", note: null };
  const edited = await send(host, comment, options, (body) => host.edit(existing.id, body));
  return edited.status === 200 ? { where: "edited", note: null } : elsewhere(host, edited, { comment, options });
}

/** Sends the text, shorter each time the service says that it is too long. */
async function send(
  host: CommentHost,
  comment: CommentText,
  { run }: PublishOptions,
  give: (body: string) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  for (let limit = host.longest; ; limit = Math.floor(limit / 2)) {
    const response = await give(withRun(comment, run, limit));
    if (!host.tooLong.includes(response.status) || limit < 2000) return response;
  }
}

async function elsewhere(host: CommentHost, response: ApiResponse, { comment, options }: Wanted): Promise<Published> {
  if (![401, 403, 404, 429].includes(response.status)) throw refused(host.api, response, "take the comment");
  const fork = /not accessible by integration/i.test(textOf(response)) ? " (the token may not write: a fork's pull request?)" : "";
  const why = `${host.api.service} answers ${response.status} to the comment${fork}`;
  if (options.summaryPath === null) return { where: "nowhere", note: why };
  await appendFile(options.summaryPath, comment.text(1_000_000));
  return { where: "summary", note: `${why}: the report is in the job's summary` };
}

async function remove(host: CommentHost, comments: readonly HostedComment[]): Promise<void> {
  for (const { id } of comments) {
    const response = await host.remove(id);
    // The other run may have removed it already.
    if (![200, 204, 404, 410].includes(response.status)) throw refused(host.api, response, "remove a second comment");
  }
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
