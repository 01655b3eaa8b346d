import { readFile } from "node:fs/promises";
import { z } from "zod";

type Environment = Readonly<Record<string, string | undefined>>;

const repository = z.object({ full_name: z.string() }).nullish();
const eventSchema = z.object({ pull_request: z.object({ head: z.object({ repo: repository }), base: z.object({ repo: repository }) }) });

/** True when this CI run is of a change from a fork, whose code nobody has looked at: GitHub Actions, GitLab, CircleCI. */
export async function isForkBuild(environment: Environment): Promise<boolean> {
  const { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: source, CI_MERGE_REQUEST_PROJECT_ID: target, CIRCLE_PR_NUMBER: circle } = environment;
  if ((source !== undefined && source !== target) || circle !== undefined) return true;
  if (environment.GITHUB_EVENT_PATH === undefined) return false;
  const event = eventSchema.safeParse(JSON.parse(await readFile(environment.GITHUB_EVENT_PATH, "utf8")));
  if (!event.success) return false; // no pull request
  const { head, base } = event.data.pull_request;
  // A fork that was deleted since has no repository any more.
  return head.repo == null || head.repo.full_name !== base.repo?.full_name;
}
