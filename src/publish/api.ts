import { setTimeout as sleep } from "node:timers/promises";
import { withDeadline } from "../deadline.ts";
import { AdvisorError } from "../errors.ts";
import { retryAfterMs } from "../http-retry.ts";

/** A REST API and how to reach it. */
export interface Api {
  /** As messages call it: `GitHub`. */
  readonly service: string;
  /** `https://api.github.com`, `https://gitlab.example/api/v4`. */
  readonly apiUrl: string;
  /** Sends one request, with the token, and gives any answer there is; throws when none comes. Asked for the API's own origin alone. */
  readonly send: Send;
  /** Name of the variable that holds the URL, for hints. */
  readonly urlVariable: string;
  /** Waits; a test's need not. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

export type Send = (request: SentRequest) => Promise<ApiResponse>;
export interface SentRequest extends Omit<ApiRequest, "path"> {
  readonly url: string;
  readonly signal: AbortSignal;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below the API's URL, with a leading slash, or a whole URL of the same origin. */
  readonly path: string;
  readonly json?: unknown;
  readonly accept?: string;
}

const requestTimeoutMs = 30_000;
const mostTries = 5;
/** Longest that a run waits for a rate limit, in all: a CI minute costs more than a comment is worth. */
const longestWaitMs = 150_000;

/**
 * One request, repeated after server errors and rate limits as GitHub's manual asks: `retry-after`, else
 * `x-ratelimit-reset`, else a minute and then twice as long each time. Any other answer is returned as it is. Throws
 * CONNECTION_FAILED when nothing answers.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export async function request(api: Api, wanted: ApiRequest): Promise<ApiResponse> {
  const wait = api.wait ?? sleep;
  let waited = 0;
  for (let attempt = 1; ; attempt++) {
    const response = await once(api, wanted, attempt);
    if (response !== null) {
      const pause = pauseBefore(response, attempt);
      if (pause === null || attempt === mostTries || waited + pause > longestWaitMs) return response;
      waited += pause;
      await wait(pause);
      continue;
    }
    if (attempt === mostTries)
      throw new AdvisorError("CONNECTION_FAILED", `${api.apiUrl} does not answer.`, { hint: `Check ${api.urlVariable} and the network.` });
    waited += 1000 * attempt;
    await wait(1000 * attempt);
  }
}

/** Null when the connection failed and another try is worth it. A POST may have been received: it is not sent twice. */
async function once(api: Api, wanted: ApiRequest, attempt: number): Promise<ApiResponse | null> {
  const { path, ...rest } = wanted;
  const url = addressOf(api, path);
  try {
    return await withDeadline(null, requestTimeoutMs, (signal) => api.send({ ...rest, url, signal }));
  } catch (cause) {
    if (wanted.method !== "POST" && attempt < mostTries) return null;
    throw new AdvisorError("CONNECTION_FAILED", `${new URL(url).origin} does not answer.`, {
      hint: `Check ${api.urlVariable} and the network.`,
      cause,
    });
  }
}

/** Sends with `fetch`. A redirect is refused: it would carry the token elsewhere. */
export function sendWithFetch(headers: Readonly<Record<string, string>>): Send {
  return async ({ method, url, json, accept, signal }) => {
    const response = await fetch(url, {
      method,
      headers: {
        ...headers,
        ...(accept === undefined ? {} : { accept }),
        "user-agent": "plansmith",
        ...(json === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      redirect: "error",
      signal,
    });
    return { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) };
  };
}

/** The token goes to the API's own origin alone. */
function addressOf(api: Api, path: string): string {
  const base = api.apiUrl.replace(/\/$/, "");
  if (path.startsWith("/")) return base + path;
  if (new URL(path).origin === new URL(base).origin) return path;
  throw new AdvisorError("INPUT_INVALID", `${api.service}'s answer points to another server.`, { hint: `Check ${api.urlVariable}.` });
}

/** Milliseconds to wait before the request is repeated; null when its answer stands. */
function pauseBefore(response: ApiResponse, attempt: number): number | null {
  const { status, headers } = response;
  if (status >= 500) return 1000 * 2 ** (attempt - 1);
  if (status !== 403 && status !== 429) return null;
  const afterMs = retryAfterMs(headers);
  if (afterMs !== null) return afterMs;
  if (headers.get("x-ratelimit-remaining") === "0") return Math.max(1000, Number(headers.get("x-ratelimit-reset")) * 1000 - Date.now());
  // A secondary limit without a header is told by its message alone: GitHub documents no other sign.
  if (status === 429 || /secondary rate limit/i.test(textOf(response))) return 60_000 * 2 ** (attempt - 1);
  return null;
}

export function textOf(response: ApiResponse): string {
  return Buffer.from(response.body).toString("utf8");
}

export function jsonOf(response: ApiResponse): unknown {
  try {
    return JSON.parse(textOf(response));
  } catch (cause) {
    throw new AdvisorError("CONNECTION_FAILED", "The API's answer is not JSON.", {
      hint: "Check the API's URL in the CI variables.",
      cause,
    });
  }
}

/** All pages of a list, as `link: <…>; rel="next"` strings them together. */
export async function pages(api: Api, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let next: string | null = `${path}${path.includes("?") ? "&" : "?"}per_page=100`; next !== null; ) {
    const response: ApiResponse = await request(api, { method: "GET", path: next });
    if (response.status !== 200) throw refused(api, response, `read ${path.replace(/\?.*/, "")}`);
    const page = jsonOf(response);
    if (Array.isArray(page)) items.push(...page);
    next = /<([^>]+)>\s*;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1] ?? null;
  }
  return items;
}

/** The service said no: what was asked, and what it said, without the token. */
export function refused(api: Api, response: ApiResponse, what: string): AdvisorError {
  const said = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(textOf(response))?.[1] ?? "no reason given";
  const code = response.status === 401 || response.status === 403 ? "PERMISSION_DENIED" : "CONNECTION_FAILED";
  return new AdvisorError(code, `${api.service} refuses to ${what}: ${said} (HTTP ${response.status}).`, {
    hint:
      code === "PERMISSION_DENIED"
        ? "Give the job's token the rights that docs/review.md names."
        : "Check the repository and the number of the request in the CI variables.",
  });
}
