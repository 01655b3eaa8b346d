import { z } from "zod";
import { jsonOf, refused, request, textOf } from "./api.ts";
import { type GithubTarget, githubApi } from "./github-api.ts";
import type { Published } from "./one-comment.ts";

/** A line of a changed file and what is said of it. */
export interface CheckAnnotation {
  readonly path: string;
  readonly line: number;
  readonly level: "failure" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
}

export interface CheckRun {
  readonly name: string;
  readonly conclusion: "success" | "neutral" | "failure";
  readonly title: string;
  /** Markdown of at most `limit` characters. */
  readonly summary: (limit: number) => string;
  readonly annotations: readonly CheckAnnotation[];
}

/** https://docs.github.com/rest/checks/runs: 50 annotations a request, 64 KB a text, 255 characters a title. */
const perRequest = 50;
const longestSummary = 65_000;
const longestMessage = 16_000;
const longestTitle = 250;

/**
 * One completed check run on the pull request's head, with an annotation a finding. GitHub shows the latest run of a name, so that
 * every review makes a new one. Where the token may not (a fork's, or without `checks: write`) nothing is made, and it says so.
 */
export async function publishCheck(target: GithubTarget, check: CheckRun): Promise<Published> {
  const api = githubApi(target);
  const runs = `/repos/${target.repository}/check-runs`;
  const pull = await request(api, { method: "GET", path: `/repos/${target.repository}/pulls/${target.pull}` });
  const head = pull.status === 200 ? z.object({ head: z.object({ sha: z.string() }) }).safeParse(jsonOf(pull)).data : undefined;
  if (!head) throw refused(api, pull, "tell the pull request's head");
  const pages = chunks(check.annotations.map(asGithub));
  const output = (page: readonly object[], limit: number) => ({
    title: check.title.slice(0, longestTitle),
    summary: check.summary(limit),
    annotations: page,
  });
  // It stays in progress until the last annotation is there: nobody merges on half of them.
  const conclusion = { status: "completed", conclusion: check.conclusion };
  const first = { name: check.name, head_sha: head.head.sha, ...(pages.length > 1 ? { status: "in_progress" } : conclusion) };
  let limit = longestSummary;
  let made = await request(api, { method: "POST", path: runs, json: { ...first, output: output(pages[0]!, limit) } });
  // GitHub counts bytes where we count characters.
  for (
    ;
    made.status === 422 && limit > 2000;
    made = await request(api, { method: "POST", path: runs, json: { ...first, output: output(pages[0]!, limit) } })
  )
    limit = Math.floor(limit / 2);
  if ([401, 403, 404].includes(made.status)) {
    const fork = /not accessible by integration/i.test(textOf(made)) ? " (a fork's pull request, or no checks: write)" : "";
    return { where: "nowhere", note: `GitHub answers ${made.status} to the check${fork}` };
  }
  if (made.status !== 201) throw refused(api, made, "take the check");
  const { id } = z.object({ id: z.number() }).parse(jsonOf(made));
  for (const [at, page] of pages.slice(1).entries()) {
    const last = at === pages.length - 2;
    const json = { ...(last ? conclusion : {}), output: output(page, limit) };
    const added = await request(api, { method: "PATCH", path: `${runs}/${id}`, json });
    if (added.status !== 200) throw refused(api, added, "take more annotations");
  }
  return { where: "created", note: null };
}

function asGithub({ path, line, level, title, message }: CheckAnnotation): object {
  return {
    path,
    start_line: line,
    end_line: line,
    annotation_level: level,
    title: title.slice(0, longestTitle),
    message: message.slice(0, longestMessage),
  };
}

/** At least one, so that a clean run is one request. */
function chunks(all: readonly object[]): (readonly object[])[] {
  const pages: (readonly object[])[] = [all.slice(0, perRequest)];
  for (let at = perRequest; at < all.length; at += perRequest) pages.push(all.slice(at, at + perRequest));
  return pages;
}
