import { Octokit } from "@octokit/core";
import type { Api, Send } from "./api.ts";

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

/**
 * GitHub through Octokit. Its plugins for limits are not used: they know no end to the waiting, put a second between any two writes, and
 * take a secondary limit for one by its words alone; `request` bounds the wait and reads the headers first.
 * https://docs.github.com/rest/overview/api-versions
 */
export function githubApi({ apiUrl, token, wait }: GithubTarget): Api {
  const octokit = new Octokit({ baseUrl: apiUrl.replace(/\/$/, ""), userAgent: "plansmith", log: silent });
  return {
    service: "GitHub",
    apiUrl,
    urlVariable: "GITHUB_API_URL",
    send: sendWith(octokit, token),
    ...(wait === undefined ? {} : { wait }),
  };
}

/** Octokit writes warnings to the console, where a report may stand. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function sendWith(octokit: Octokit, token: string): Send {
  return async ({ method, url, json, accept, signal }) => {
    const answers: Response[] = [];
    // What Octokit makes of an answer depends on its status and type; the callers want any answer's bytes.
    const keep = async (address: string, options: RequestInit) => {
      const response = await fetch(address, { ...options, redirect: "error" });
      answers.push(response.clone());
      return response;
    };
    try {
      await octokit.request(`${method} ${url}`, {
        headers: {
          authorization: `Bearer ${token}`,
          accept: accept ?? "application/vnd.github+json",
          "x-github-api-version": "2022-11-28",
        },
        request: { fetch: keep, signal },
        ...(json === undefined ? {} : { data: json }),
      });
    } catch (error) {
      // A refusal is an answer; only silence is thrown.
      if (answers.length === 0) throw error;
    }
    const answer = answers.at(-1)!;
    return { status: answer.status, headers: answer.headers, body: new Uint8Array(await answer.arrayBuffer()) };
  };
}
