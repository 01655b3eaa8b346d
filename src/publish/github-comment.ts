import { z } from "zod";
import { type Api, jsonOf, pages, request } from "./api.ts";
import { type GithubTarget, githubApi } from "./github-api.ts";
import { type CommentText, type Published, type PublishOptions, publishOne } from "./one-comment.ts";

const commentSchema = z.object({ id: z.number(), body: z.string().nullish(), user: z.object({ login: z.string() }).nullish() });

/** One comment on the pull request. 65,536 characters is GitHub's own limit, answered with 422; a summary may have 1 MiB. */
export async function publishComment(target: GithubTarget, comment: CommentText, options: PublishOptions): Promise<Published> {
  const api = githubApi(target);
  const me = await ownLogin(api);
  const issue = `/repos/${target.repository}/issues/${target.pull}/comments`;
  const one = (id: number) => `/repos/${target.repository}/issues/comments/${id}`;
  return publishOne(
    {
      api,
      longest: 65_000,
      tooLong: [422],
      own: async () =>
        (await pages(api, issue))
          .flatMap((each) => commentSchema.safeParse(each).data ?? [])
          .filter((each) => each.user?.login === me)
          .map(({ id, body }) => ({ id, body: body ?? "" })),
      create: (body) => request(api, { method: "POST", path: issue, json: { body } }),
      edit: (id, body) => request(api, { method: "PATCH", path: one(id), json: { body } }),
      remove: (id) => request(api, { method: "DELETE", path: one(id) }),
    },
    comment,
    options,
  );
}

/** Who the token is. A workflow's own token may not ask, and writes as github-actions[bot]. */
async function ownLogin(api: Api): Promise<string> {
  const response = await request(api, { method: "GET", path: "/user" });
  if (response.status !== 200) return "github-actions[bot]";
  return z.object({ login: z.string() }).safeParse(jsonOf(response)).data?.login ?? "github-actions[bot]";
}
