import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A comment as GitHub stores it. */
export interface StoredComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
}

/** A check run as GitHub stores it; annotations of each request are added to those there are. */
export interface StoredCheck {
  readonly name: string;
  readonly head_sha: string;
  status: string | null;
  conclusion: string | null;
  readonly statuses: (string | null)[];
  readonly annotations: {
    readonly start_line: number;
    readonly path: string;
    readonly annotation_level: string;
    readonly message: string;
  }[];
}

interface CheckBody {
  readonly name: string;
  readonly head_sha: string;
  readonly status?: string;
  readonly conclusion?: string;
  readonly output: { readonly summary: string; readonly annotations: StoredCheck["annotations"] };
}

/** What one test wants of the server beside its usual manners. */
export interface Manners {
  /** Login of the token; null: `GET /user` is refused, as for a workflow's own token. */
  login: string | null;
  /** The token may not write. */
  readOnly: boolean;
  /** Longest body it takes. */
  longestBody: number;
  /** Answers to the next writes, before they are looked at. */
  refusals: { readonly status: number; readonly headers?: Record<string, string>; readonly body: unknown }[];
  /** Runs after a comment was stored, before the answer: another run's turn. */
  afterPost: (() => Promise<void>) | null;
}

/**
 * Speaks the part of GitHub's REST API that a review uses, as its reference describes it: issue comments with `per_page`, `page`
 * and a Link header, pull requests and their files, blobs and contents.
 */
export async function githubServer(
  pull: { readonly files?: readonly { filename: string; status: string; text: string; before?: string }[] } = {},
) {
  const comments: StoredComment[] = [];
  const checks: StoredCheck[] = [];
  const manners: Manners = { login: null, readOnly: false, longestBody: 65_536, refusals: [], afterPost: null };
  const log: string[] = [];
  let nextId = 1000;
  const files = pull.files ?? [];

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", origin());
    const route = `${request.method} ${url.pathname.replace("/repos/acme/shop", "")}`;
    log.push(route);
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(body === null ? "" : typeof body === "string" ? body : JSON.stringify(body));
    };
    if (request.headers.authorization !== "Bearer token") return send(401, { message: "Bad credentials" });
    const writes = request.method !== "GET";
    const refusal = writes ? manners.refusals.shift() : undefined;
    if (refusal) return send(refusal.status, refusal.body, refusal.headers);
    if (writes && manners.readOnly) return send(403, { message: "Resource not accessible by integration" });
    if (route === "GET /user")
      return manners.login === null
        ? send(403, { message: "Resource not accessible by integration" })
        : send(200, { login: manners.login });
    if (route === "GET /issues/7/comments") return list(url, comments, send);
    if (route === "GET /pulls/7") return send(200, { head: { sha: "head" }, base: { sha: "base" } });
    if (route === "GET /pulls/7/files")
      return list(
        url,
        files.map(({ filename, status }) => ({ filename, status, sha: `blob-${filename}` })),
        send,
      );
    const blob = /^GET \/git\/blobs\/(.+)$/.exec(route)?.[1];
    if (blob) return send(200, files.find((file) => `blob-${file.filename}` === decodeURIComponent(blob))?.text ?? "");
    const path = /^GET \/contents\/(.+)$/.exec(route)?.[1];
    if (path) {
      const before = files.find((file) => file.filename === decodeURIComponent(path))?.before;
      return before === undefined ? send(404, { message: "Not Found" }) : send(200, before);
    }
    return write(request, route, send);
  }

  async function write(request: IncomingMessage, route: string, send: (status: number, body: unknown) => void): Promise<void> {
    const id = Number(/\/issues\/comments\/(\d+)$/.exec(route)?.[1]);
    const existing = comments.find((comment) => comment.id === id);
    if (route.startsWith("DELETE ")) {
      if (!existing) return send(404, { message: "Not Found" });
      comments.splice(comments.indexOf(existing), 1);
      return send(204, null);
    }
    if (route.includes("/check-runs")) return checkRun(route, JSON.parse(await textOf(request)) as CheckBody, send);
    const { body } = JSON.parse(await textOf(request)) as { body: string };
    if (body.length > manners.longestBody)
      return send(422, {
        message: "Validation Failed",
        errors: [{ message: `body is too long (maximum is ${manners.longestBody} characters)` }],
      });
    if (route.startsWith("PATCH ")) {
      if (!existing) return send(404, { message: "Not Found" });
      existing.body = body;
      return send(200, existing);
    }
    const made = { id: nextId++, body, user: { login: manners.login ?? "github-actions[bot]" } };
    comments.push(made);
    await manners.afterPost?.();
    return send(201, made);
  }

  async function checkRun(route: string, body: CheckBody, send: (status: number, body: unknown) => void): Promise<void> {
    const { summary, annotations } = body.output;
    const existing = checks[Number(/\/check-runs\/(\d+)$/.exec(route)?.[1]) - 1];
    if (annotations.length > 50 || summary.length > manners.longestBody) send(422, { message: "Invalid request" });
    else if (existing) {
      existing.annotations.push(...annotations);
      existing.statuses.push(body.status ?? null);
      existing.conclusion = body.conclusion ?? existing.conclusion;
      send(200, { id: checks.indexOf(existing) + 1 });
    } else if (!route.endsWith("/check-runs")) send(404, { message: "Not Found" });
    else {
      const { name, head_sha, status = null, conclusion = null } = body;
      checks.push({ name, head_sha, status, conclusion, statuses: [status], annotations: [...annotations] });
      send(201, { id: checks.length });
    }
  }

  function list(url: URL, all: readonly unknown[], send: (status: number, body: unknown, headers?: Record<string, string>) => void): void {
    const size = Math.min(100, Number(url.searchParams.get("per_page") ?? 30));
    const page = Number(url.searchParams.get("page") ?? 1);
    const next = new URL(url);
    next.searchParams.set("page", String(page + 1));
    const more = all.length > page * size;
    send(200, all.slice((page - 1) * size, page * size), more ? { link: `<${next.href}>; rel="next", <${next.href}>; rel="last"` } : {});
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin(),
    comments,
    checks,
    manners,
    log,
    add: (body: string, login: string) => comments.push({ id: nextId++, body, user: { login } }),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
