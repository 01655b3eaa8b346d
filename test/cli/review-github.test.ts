import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { reviewRun } from "../../src/cli/review-run.ts";
import { parseConfig } from "../../src/config/load.ts";
import { githubServer } from "../publish/github-server.ts";

let folder: string;
let servers: Awaited<ReturnType<typeof githubServer>>[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-github-"));
  await writeFile(join(folder, "schema.sql"), "create table orders (id bigint primary key, note text);");
  await writeFile(join(folder, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) await server.close();
  servers = [];
});
afterAll(() => rm(folder, { recursive: true }));

async function pull(files: Parameters<typeof githubServer>[0]) {
  const server = await githubServer(files);
  servers.push(server);
  vi.stubEnv("GITHUB_API_URL", server.url);
  vi.stubEnv("GITHUB_TOKEN", "token");
  vi.stubEnv("GITHUB_REPOSITORY", "acme/shop");
  vi.stubEnv("GITHUB_EVENT_PATH", join(folder, "event.json"));
  vi.stubEnv("GITHUB_STEP_SUMMARY", join(folder, "summary.md"));
  vi.stubEnv("GITHUB_RUN_ID", "");
  return server;
}

function review() {
  const flags = {
    files: "github",
    publish: ["github", "github-check"],
    schema: join(folder, "schema.sql"),
    "pg-version": "15",
    output: join(folder, "report.json"),
  };
  return reviewRun([], flags, parseConfig("{}", "test"));
}

const bad = { filename: "db/migrations/001.sql", status: "added", text: "alter table orders add column nope text default nosuch();" };
const good = { filename: "db/migrations/001.sql", status: "added", text: "alter table orders add column fine text;" };

describe("a pull request, from its files to its comment", () => {
  test("findings are told in a comment and fail the job; once mended, the same comment is one line and the job passes", async () => {
    const first = await pull({ files: [bad, { filename: "README.md", status: "added", text: "" }] });
    expect(await review()).toBe(1);
    expect(first.comments).toHaveLength(1);
    expect(first.checks).toMatchObject([{ conclusion: "failure", annotations: expect.anything() }]);
    expect(first.checks[0]?.annotations).toContainEqual(
      expect.objectContaining({
        path: bad.filename,
        start_line: 1,
        annotation_level: "failure",
        message: expect.stringContaining("42883"),
      }),
    );
    expect(first.comments[0]?.body).toMatch(/function nosuch\(\) does not exist \(SQLSTATE 42883/);

    const second = await pull({ files: [good] });
    second.comments.push(...first.comments);
    expect(await review()).toBe(0);
    expect(second.comments).toHaveLength(1);
    expect(second.checks).toMatchObject([{ conclusion: "success", annotations: [] }]);
    expect(second.comments[0]?.body).toMatch(/^<!-- plansmith:review id=default -->\n\n\*\*Plansmith\*\*: nothing to say/);
  });

  test("without a migration there is no comment; a fork's token leads to the job's summary, and the verdict stands", async () => {
    const none = await pull({ files: [{ filename: "src/a.ts", status: "added", text: "x" }] });
    expect(await review()).toBe(0);
    expect(none.comments).toEqual([]);
    expect(none.checks).toEqual([]);

    const fork = await pull({ files: [bad] });
    fork.manners.readOnly = true;
    expect(await review()).toBe(1);
    expect(fork.comments).toEqual([]);
    expect(await readFile(join(folder, "summary.md"), "utf8")).toMatch(/nosuch/);
  });
});
