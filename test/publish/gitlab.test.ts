import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GitlabTarget, gitlabTarget, publishNote } from "../../src/publish/gitlab-note.ts";

const marker = "<!-- plansmith:review id=default -->";
let server: Awaited<ReturnType<typeof gitlabServer>>;
let waits: number[];
beforeEach(async () => {
  server = await gitlabServer();
  waits = [];
});
afterEach(() => server.close());

/** The notes of one merge request as GitLab's reference describes them: `page`, `per_page`, a Link header, private-token. */
async function gitlabServer() {
  const notes: { id: number; body: string; system: boolean; author: { id: number } }[] = [];
  const manners = { me: 5, readOnly: false, longest: 1_000_000, refusals: [] as { status: number; headers?: Record<string, string> }[] };
  const log: string[] = [];
  let nextId = 100;
  const http = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", origin());
    const route = `${request.method} ${url.pathname.replace("/api/v4/projects/acme%2Fshop/merge_requests/7", "")}`;
    log.push(route);
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(body === null ? "" : JSON.stringify(body));
    if (request.headers["private-token"] !== "token") return send(401, { message: "401 Unauthorized" });
    if (route === "GET /api/v4/user") return send(200, { id: manners.me, username: "project_1_bot" });
    if (route === "GET /notes") {
      const [size, page] = [Number(url.searchParams.get("per_page") ?? 20), Number(url.searchParams.get("page") ?? 1)];
      const next = new URL(url);
      next.searchParams.set("page", String(page + 1));
      const link: Record<string, string> =
        notes.length > page * size ? { link: `<${next.href}>; rel="next", <${url.href}>; rel="first"` } : {};
      return send(200, notes.slice((page - 1) * size, page * size), link);
    }
    const refusal = manners.refusals.shift();
    if (refusal) return send(refusal.status, { message: "Retry later" }, refusal.headers);
    if (manners.readOnly) return send(403, { message: "403 Forbidden" });
    const existing = notes.find((note) => route.endsWith(`/notes/${note.id}`));
    if (request.method !== "POST" && !existing) return send(404, { message: "404 Not found" });
    if (request.method === "DELETE") {
      notes.splice(notes.indexOf(existing!), 1);
      return send(204, null);
    }
    const { body } = JSON.parse(await textOf(request)) as { body: string };
    if (body.length > manners.longest) return send(400, { message: { note: [`is too long (maximum is ${manners.longest} characters)`] } });
    if (request.method === "PUT") {
      existing!.body = body;
      return send(200, existing);
    }
    const made = { id: nextId++, body, system: false, author: { id: manners.me } };
    notes.push(made);
    return send(201, made);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const origin = () => `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const add = (body: string, author: number, system = false) => notes.push({ id: nextId++, body, system, author: { id: author } });
  return { url: `${origin()}/api/v4`, notes, manners, log, add, close: () => new Promise<void>((resolve) => http.close(() => resolve())) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function target(): GitlabTarget {
  return { apiUrl: server.url, token: "token", project: "acme/shop", mergeRequest: 7, wait: async (ms) => waits.push(ms) };
}
const options = { summaryPath: null, run: null };
const comment = (text: string, onlyUpdate = false) => ({
  marker,
  text: (limit: number) => `${marker}\n${text}`.slice(0, limit),
  onlyUpdate,
});
const ours = () => server.notes.filter((each) => each.body.startsWith(marker)).map((each) => each.body);

describe("one note on the merge request", () => {
  test("is created, edited in place, and left alone when nothing changed", async () => {
    expect(await publishNote(target(), comment("first"), options)).toMatchObject({ where: "created" });
    expect(await publishNote(target(), comment("second"), options)).toMatchObject({ where: "edited" });
    expect(await publishNote(target(), comment("second"), options)).toMatchObject({ where: "unchanged" });
    expect(ours()).toEqual([`${marker}\nsecond`]);
  });
  test("is found behind 230 others, page by page", async () => {
    for (let at = 0; at < 230; at++) server.add(`note ${at}`, 9);
    server.add(`${marker}\nold`, 5);
    expect(await publishNote(target(), comment("new"), options)).toMatchObject({ where: "edited" });
    expect(ours()).toEqual([`${marker}\nnew`]);
    expect(server.log.filter((each) => each === "GET /notes")).toHaveLength(3);
  });
  test("of somebody else who copied the marker, or of the system, is not touched", async () => {
    server.add(`${marker}\nfake`, 9);
    server.add(`${marker}\nsystem`, 5, true);
    await publishNote(target(), comment("real"), options);
    expect(ours()).toEqual([`${marker}\nfake`, `${marker}\nsystem`, `${marker}\nreal`]);
  });
  test("is not made when nothing was reviewed", async () => {
    expect(await publishNote(target(), comment("clean", true), options)).toMatchObject({ where: "nowhere" });
    expect(server.notes).toEqual([]);
  });
  test.each([2, 3, 5])("ends as one when %i pipelines go at once", async (count) => {
    await Promise.all(Array.from({ length: count }, (_, at) => publishNote(target(), comment(`run ${at}`), options)));
    expect(ours()).toHaveLength(1);
  });
  test("of a later pipeline is not overwritten by an earlier one", async () => {
    await publishNote(target(), comment("run 20"), { ...options, run: 20 });
    expect(await publishNote(target(), comment("run 19"), { ...options, run: 19 })).toMatchObject({ where: "unchanged" });
  });
});

describe("what GitLab refuses", () => {
  test("403: no note, no error, and the log says so", async () => {
    server.manners.readOnly = true;
    expect(await publishNote(target(), comment("x"), options)).toEqual({ where: "nowhere", note: "GitLab answers 403 to the comment" });
  });
  test("400 for a note that is too long: it is cut until it fits", async () => {
    server.manners.longest = 9_000;
    expect(await publishNote(target(), comment("x".repeat(200_000)), options)).toMatchObject({ where: "created" });
    expect(ours()[0]!.length).toBeLessThanOrEqual(9_000);
  });
  test("429: the seconds of retry-after are waited", async () => {
    server.manners.refusals = [{ status: 429, headers: { "retry-after": "11" } }];
    expect(await publishNote(target(), comment("patient"), options)).toMatchObject({ where: "created" });
    expect(waits).toEqual([11_000]);
  });
  test("a token that is not taken is an error that does not repeat it", async () => {
    const failed = publishNote({ ...target(), token: "secret-token" }, comment("x"), options);
    await expect(failed).rejects.toMatchObject({ code: "PERMISSION_DENIED", message: expect.not.stringContaining("secret-token") });
  });
});

test("the merge request is the pipeline's; what is missing is named", () => {
  const environment = {
    CI_API_V4_URL: "https://g/api/v4",
    PLANSMITH_GITLAB_TOKEN: "t",
    CI_PROJECT_ID: "3",
    CI_MERGE_REQUEST_PROJECT_ID: "4",
    CI_MERGE_REQUEST_IID: "7",
    CI_PIPELINE_ID: "55",
  };
  // A pipeline of a fork runs in the fork's project: the merge request is in the one it is against.
  expect(gitlabTarget(environment, null)).toMatchObject({ project: "4", mergeRequest: 7, run: 55 });
  expect(() => gitlabTarget({ ...environment, PLANSMITH_GITLAB_TOKEN: "" }, null)).toThrow(/PLANSMITH_GITLAB_TOKEN is not set/);
  expect(() => gitlabTarget({ ...environment, CI_MERGE_REQUEST_IID: undefined }, null)).toThrow(/no merge request/);
});
