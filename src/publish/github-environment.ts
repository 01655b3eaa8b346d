import { readFile } from "node:fs/promises";
import { z } from "zod";
import { AdvisorError } from "../errors.ts";
import type { GithubTarget } from "./github-api.ts";
import type { PublishOptions } from "./one-comment.ts";

const eventSchema = z.object({
  number: z.number().optional(),
  pull_request: z.object({ number: z.number() }).optional(),
  issue: z.object({ number: z.number(), pull_request: z.unknown() }).optional(),
});

/** The pull request of this CI run, from the variables that GitHub Actions sets. Throws INPUT_INVALID naming what is missing. */
export async function githubTarget(
  environment: Readonly<Record<string, string | undefined>>,
  pull: number | null,
): Promise<GithubTarget & PublishOptions> {
  const token = wanted(environment, "GITHUB_TOKEN");
  const repository = wanted(environment, "GITHUB_REPOSITORY");
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new AdvisorError("INPUT_INVALID", "GITHUB_REPOSITORY is not owner/name.");
  const run = Number(environment.GITHUB_RUN_ID);
  return {
    apiUrl: environment.GITHUB_API_URL ?? "https://api.github.com",
    token,
    repository,
    pull: pull ?? (await pullOfEvent(environment.GITHUB_EVENT_PATH)),
    summaryPath: environment.GITHUB_STEP_SUMMARY ?? null,
    run: Number.isSafeInteger(run) && run > 0 ? run : null,
  };
}

function wanted(environment: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = environment[name];
  if (value) return value;
  throw new AdvisorError("INPUT_INVALID", `${name} is not set.`, {
    hint: "Run it in GitHub Actions, or set GITHUB_TOKEN, GITHUB_REPOSITORY and --pull.",
  });
}

async function pullOfEvent(path: string | undefined): Promise<number> {
  const text = path === undefined ? "{}" : await readFile(path, "utf8");
  const event = eventSchema.safeParse(JSON.parse(text)).data;
  const number = event?.pull_request?.number ?? (event?.issue?.pull_request ? event.issue.number : undefined);
  if (number !== undefined) return number;
  throw new AdvisorError("INPUT_INVALID", "This run belongs to no pull request.", { hint: "Run on pull_request, or say --pull NUMBER." });
}
