import { z } from "zod";
import { AdvisorError } from "../errors.ts";
import { type Api, jsonOf, pages, refused, request, sendWithFetch } from "./api.ts";
import { type CommentText, type Published, type PublishOptions, publishOne } from "./one-comment.ts";

/** A merge request and how to reach it. */
export interface GitlabTarget {
  /** `CI_API_V4_URL`. */
  readonly apiUrl: string;
  /** Of a project or group access token with scope `api`: a job's own token may not write notes (gitlab-org/gitlab#464591). */
  readonly token: string;
  /** Id or path of the project that the merge request is against. */
  readonly project: string;
  readonly mergeRequest: number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

const noteSchema = z.object({
  id: z.number(),
  body: z.string().nullish(),
  system: z.boolean().optional(),
  author: z.object({ id: z.number() }),
});

/** One note on the merge request, edited in place. https://docs.gitlab.com/api/notes/#merge-requests */
export async function publishNote(target: GitlabTarget, comment: CommentText, options: PublishOptions): Promise<Published> {
  const api: Api = {
    service: "GitLab",
    apiUrl: target.apiUrl,
    urlVariable: "CI_API_V4_URL",
    send: sendWithFetch({ "private-token": target.token }),
    ...(target.wait === undefined ? {} : { wait: target.wait }),
  };
  const me = await ownId(api);
  const notes = `/projects/${encodeURIComponent(target.project)}/merge_requests/${target.mergeRequest}/notes`;
  return publishOne(
    {
      api,
      // GitLab takes 1,000,000 characters; a note of that length nobody reads.
      longest: 65_000,
      tooLong: [400, 413, 422],
      own: async () =>
        (await pages(api, `${notes}?sort=asc&order_by=created_at`))
          .flatMap((each) => noteSchema.safeParse(each).data ?? [])
          .filter((each) => each.author.id === me && each.system !== true)
          .map(({ id, body }) => ({ id, body: body ?? "" })),
      create: (body) => request(api, { method: "POST", path: notes, json: { body } }),
      edit: (id, body) => request(api, { method: "PUT", path: `${notes}/${id}`, json: { body } }),
      remove: (id) => request(api, { method: "DELETE", path: `${notes}/${id}` }),
    },
    comment,
    options,
  );
}

async function ownId(api: Api): Promise<number> {
  const response = await request(api, { method: "GET", path: "/user" });
  const user = response.status === 200 ? z.object({ id: z.number() }).safeParse(jsonOf(response)).data : undefined;
  if (user) return user.id;
  throw refused(api, response, "say who the token is");
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The merge request of this pipeline, from GitLab's variables and PLANSMITH_GITLAB_TOKEN. Throws INPUT_INVALID naming what is missing. */
export function gitlabTarget(environment: Environment, mergeRequest: number | null): GitlabTarget & PublishOptions {
  const iid = mergeRequest ?? Number(environment.CI_MERGE_REQUEST_IID);
  if (!Number.isSafeInteger(iid) || iid < 1)
    throw new AdvisorError("INPUT_INVALID", "This pipeline belongs to no merge request.", {
      hint: "Run the job with rules: if $CI_PIPELINE_SOURCE == merge_request_event, or say --pull NUMBER.",
    });
  const run = Number(environment.CI_PIPELINE_ID);
  return {
    apiUrl: wanted(environment, "CI_API_V4_URL"),
    token: wanted(environment, "PLANSMITH_GITLAB_TOKEN"),
    project: environment.CI_MERGE_REQUEST_PROJECT_ID ?? wanted(environment, "CI_PROJECT_ID"),
    mergeRequest: iid,
    summaryPath: null,
    run: Number.isSafeInteger(run) && run > 0 ? run : null,
  };
}

function wanted(environment: Environment, name: string): string {
  const value = environment[name];
  if (value) return value;
  throw new AdvisorError("INPUT_INVALID", `${name} is not set.`, {
    hint: "Run it in a GitLab pipeline; PLANSMITH_GITLAB_TOKEN is an access token with scope api.",
  });
}
