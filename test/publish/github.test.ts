import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GithubTarget } from "../../src/publish/github-api.ts";
import { publishCheck } from "../../src/publish/github-check.ts";
import { publishComment } from "../../src/publish/github-comment.ts";
import { pullChanges } from "../../src/publish/github-files.ts";
import type { CommentText } from "../../src/publish/one-comment.ts";
import { githubServer } from "./github-server.ts";

const marker = "<!-- plansmith:review id=default -->";
const bot = "github-actions[bot]";
let server: Awaited<ReturnType<typeof githubServer>>;
let waits: number[];
let folder: string;

beforeEach(async () => {
  server = await githubServer();
  waits = [];
  folder = await mkdtemp(join(tmpdir(), "plansmith-publish-"));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function target(): GithubTarget {
  return { apiUrl: server.url, token: "token", repository: "acme/shop", pull: 7, wait: async (ms) => waits.push(ms) };
}

function comment(text: string, onlyUpdate = false): CommentText {
  return { marker, text: (limit) => `${marker}\n${text}`.slice(0, limit), onlyUpdate };
}

const options = { summaryPath: null, run: null };
const ours = () => server.comments.filter((each) => each.body.startsWith(marker));

describe("one comment", () => {
  test("is created, then edited in place, then left alone when nothing changed", async () => {
    expect(await publishComment(target(), comment("first"), options)).toMatchObject({ where: "created" });
    expect(await publishComment(target(), comment("second"), options)).toMatchObject({ where: "edited" });
    expect(await publishComment(target(), comment("second"), options)).toMatchObject({ where: "unchanged" });
    expect(ours().map((each) => each.body)).toEqual([`${marker}\nsecond`]);
  });

  test("is found behind 250 others, page by page", async () => {
    for (let at = 0; at < 230; at++) server.add(`comment ${at}`, "somebody");
    server.add(`${marker}\nold`, bot);
    for (let at = 0; at < 20; at++) server.add(`comment ${at}`, "somebody");
    expect(await publishComment(target(), comment("new"), options)).toMatchObject({ where: "edited" });
    expect(ours().map((each) => each.body)).toEqual([`${marker}\nnew`]);
    expect(server.log.filter((each) => each === "GET /issues/7/comments")).toHaveLength(3);
  });

  test("of somebody else who copied the marker is not touched", async () => {
    server.add(`${marker}\nfake`, "mallory");
    server.add(`> ${marker}\nquoted`, bot);
    await publishComment(target(), comment("real"), options);
    expect(server.comments.map((each) => each.body)).toEqual([`${marker}\nfake`, `> ${marker}\nquoted`, `${marker}\nreal`]);
  });

  test("is the token's own, when the token says who it is", async () => {
    server.manners.login = "plansmith-app[bot]";
    server.add(`${marker}\nof the workflow`, bot);
    await publishComment(target(), comment("of the app"), options);
    expect(ours().map((each) => each.user.login)).toEqual([bot, "plansmith-app[bot]"]);
  });

  test("is not made when nothing was reviewed, and is brought up to date when there is one", async () => {
    expect(await publishComment(target(), comment("clean", true), options)).toMatchObject({ where: "nowhere" });
    expect(server.comments).toEqual([]);
    server.add(`${marker}\n3 errors`, bot);
    await publishComment(target(), comment("clean", true), options);
    expect(ours().map((each) => each.body)).toEqual([`${marker}\nclean`]);
  });

  test("ends as one when two runs create it at the same moment", async () => {
    let raced = false;
    server.manners.afterPost = async () => {
      if (raced) return;
      raced = true;
      await publishComment(target(), comment("of the second run"), options);
    };
    // The second run lists before the first one's comment is known to it, posts, and both look again.
    const first = publishComment(target(), comment("of the first run"), options);
    await first;
    expect(ours()).toHaveLength(1);
  });

  test.each([2, 3, 5])("ends as one when %i runs go at once", async (count) => {
    await Promise.all(Array.from({ length: count }, (_, at) => publishComment(target(), comment(`run ${at}`), options)));
    expect(ours()).toHaveLength(1);
  });

  test("of a later run is not overwritten by an earlier one that ends after it", async () => {
    await publishComment(target(), comment("run 20"), { ...options, run: 20 });
    expect(await publishComment(target(), comment("run 19"), { ...options, run: 19 })).toMatchObject({ where: "unchanged" });
    expect(ours()[0]?.body).toContain("run 20");
    expect(await publishComment(target(), comment("run 21 now"), { ...options, run: 21 })).toMatchObject({ where: "edited" });
  });
});

describe("what GitHub refuses", () => {
  test("403 for a fork's token: the text is in the job's summary, and no error", async () => {
    server.manners.readOnly = true;
    const summaryPath = join(folder, "summary.md");
    const published = await publishComment(target(), comment("for the summary"), { ...options, summaryPath });
    expect(published).toMatchObject({ where: "summary" });
    expect(published.note).toMatch(/403.*fork/);
    expect(await readFile(summaryPath, "utf8")).toContain("for the summary");
    expect(waits).toEqual([]);
  });

  test("422 for a body that is too long: it is cut until it fits", async () => {
    server.manners.longestBody = 10_000;
    expect(await publishComment(target(), comment("x".repeat(200_000)), options)).toMatchObject({ where: "created" });
    expect(ours()[0]!.body.length).toBeLessThanOrEqual(10_000);
  });

  test("a secondary rate limit: the seconds of retry-after are waited", async () => {
    server.manners.refusals = [
      { status: 403, headers: { "retry-after": "7" }, body: { message: "You have exceeded a secondary rate limit" } },
    ];
    expect(await publishComment(target(), comment("patient"), options)).toMatchObject({ where: "created" });
    expect(waits).toEqual([7000]);
  });

  test("a secondary rate limit without retry-after: a minute is waited", async () => {
    server.manners.refusals = [{ status: 429, body: { message: "You have exceeded a secondary rate limit. Please wait a few minutes" } }];
    await publishComment(target(), comment("patient"), options);
    expect(waits).toEqual([60_000]);
  });

  test("a limit that does not end: the summary after three waits at most", async () => {
    server.manners.refusals = Array.from({ length: 9 }, () => ({ status: 429, headers: { "retry-after": "60" }, body: {} }));
    const summaryPath = join(folder, "summary.md");
    expect(await publishComment(target(), comment("given up"), { ...options, summaryPath })).toMatchObject({ where: "summary" });
    expect(waits.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(150_000);
  });

  test("a server error is tried again", async () => {
    server.manners.refusals = [{ status: 502, body: "bad gateway" }];
    expect(await publishComment(target(), comment("again"), options)).toMatchObject({ where: "created" });
  });

  test("a token that is not taken is an error that names it", async () => {
    await expect(publishComment({ ...target(), token: "wrong" }, comment("x"), options)).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
  });
});

describe("a check run", () => {
  const annotation = (line: number) => ({ path: "db/1.sql", line, level: "warning", title: "t", message: `m ${line}` }) as const;
  const check = (count: number, more = {}) => ({
    name: "Plansmith",
    conclusion: "failure" as const,
    title: "1 error",
    summary: (limit: number) => "s".repeat(limit),
    annotations: Array.from({ length: count }, (_, at) => annotation(at + 1)),
    ...more,
  });
  test("is made complete on the head's commit, with its annotations", async () => {
    expect(await publishCheck(target(), check(2))).toEqual({ where: "created", note: null });
    expect(server.checks).toMatchObject([{ name: "Plansmith", head_sha: "head", status: "completed", conclusion: "failure" }]);
    expect(server.checks[0]?.annotations).toHaveLength(2);
    expect(server.checks[0]?.annotations[0]).toMatchObject({
      path: "db/1.sql",
      start_line: 1,
      annotation_level: "warning",
      message: "m 1",
    });
  });
  test("gets 50 annotations a request, and is complete with the last", async () => {
    await publishCheck(target(), check(120));
    expect(server.log.filter((each) => each.includes("check-runs"))).toEqual([
      "POST /check-runs",
      "PATCH /check-runs/1",
      "PATCH /check-runs/1",
    ]);
    expect(server.checks[0]?.statuses).toEqual(["in_progress", null, "completed"]);
    expect(server.checks[0]?.annotations.map((each) => each.start_line)).toEqual(Array.from({ length: 120 }, (_, at) => at + 1));
  });
  test("whose summary is too long in bytes is cut until it fits", async () => {
    server.manners.longestBody = 10_000;
    expect(await publishCheck(target(), check(1))).toMatchObject({ where: "created" });
  });
  test("of a token that may not is nowhere, and says why", async () => {
    server.manners.readOnly = true;
    expect(await publishCheck(target(), check(1))).toMatchObject({ where: "nowhere", note: expect.stringMatching(/403.*checks: write/) });
  });
});

test("a fork's files are read through the API, over pages, with the base's text of changed ones", async () => {
  await server.close();
  const many = Array.from({ length: 130 }, (_, at) => ({ filename: `docs/${at}.md`, status: "added", text: "" }));
  server = await githubServer({
    files: [
      ...many,
      { filename: "migrations/2 new.sql", status: "added", text: "alter table t add c int;" },
      { filename: "src/a.ts", status: "modified", text: "new", before: "old" },
      { filename: "migrations/1.sql", status: "removed", text: "", before: "gone" },
    ],
  });
  const { files } = await pullChanges(target());
  const shown = files.map(({ path, status, content, before }) => [
    path,
    status,
    Buffer.from(content).toString(),
    before && Buffer.from(before).toString(),
  ]);
  expect(shown).toEqual([
    ["migrations/1.sql", "deleted", "", "gone"],
    ["migrations/2 new.sql", "added", "alter table t add c int;", null],
    ["src/a.ts", "modified", "new", "old"],
  ]);
});
