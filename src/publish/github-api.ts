import type { Api } from "./api.ts";

/** A pull request and how to reach it. */
export interface GithubTarget {
  /** `https://api.github.com`, or a server's own `…/api/v3`. */
  readonly apiUrl: string;
  readonly token: string;
  /** `owner/name` of the repository that the pull request is against. */
  readonly repository: string;
  readonly pull: number;
  /** Waits; a test's need not. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** https://docs.github.com/rest/overview/api-versions */
export function githubApi({ apiUrl, token, wait }: GithubTarget): Api {
  return {
    service: "GitHub",
    apiUrl,
    urlVariable: "GITHUB_API_URL",
    headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" },
    ...(wait === undefined ? {} : { wait }),
  };
}
