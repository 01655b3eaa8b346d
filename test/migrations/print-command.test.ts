import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isForkBuild } from "../../src/cli/fork.ts";
import { type PrintCommand, withPrinted } from "../../src/migrations/print-command.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-print-"));
});
afterAll(() => rm(folder, { recursive: true }));

const file = (path: string, isNew = true) => ({ path, content: Buffer.from("x"), isNew });
const node = (script: string, ...more: readonly string[]): PrintCommand => ({
  files: String.raw`^(\w+)/migrations/(\d{4}\w*)\.py$`,
  run: [process.execPath, "-e", script, "--", ...more],
  runner: "django",
});
const echo = node(
  "process.stdout.write('-- ' + process.argv.slice(1).join('|') + '\\nselect 1;')",
  "sqlmigrate",
  "{1}",
  "{2}",
  "{path}",
  "{9}",
);
const options = () => ({ cwd: folder, refusedBecause: null, signal: new AbortController().signal });

describe("a command that prints a migration's SQL", () => {
  test("gets the groups of the path as arguments, and its output is the file's SQL under its runner", async () => {
    const { files, notices } = await withPrinted([file("shop/migrations/0042_x.py")], [echo], options());
    expect(notices).toEqual([]);
    expect(files[0]?.printed).toEqual({ sql: "-- sqlmigrate|shop|0042_x|shop/migrations/0042_x.py|\nselect 1;", tool: "django" });
  });
  test("is read by no shell, and takes no path for an option", async () => {
    const any = { ...echo, files: "^(.*)$", run: [...echo.run.slice(0, 4), "{1}"] };
    const { files } = await withPrinted([file("a; touch pwned; $(x) `y`.py")], [any], options());
    expect(files[0]?.printed?.sql).toContain("a; touch pwned; $(x) `y`.py");
    expect((await withPrinted([file("--settings=evil.py")], [any], options())).notices.join()).toMatch(/begins with a dash/);
  });
  test("does not run for files of another kind, or for those that are context", async () => {
    const marker = join(folder, "ran");
    const run = node(`require("fs").writeFileSync(${JSON.stringify(marker)}, "")`);
    const given = [file("README.md"), file("shop/migrations/0001_x.py", false)];
    expect(await withPrinted(given, [run], options())).toEqual({ files: given, notices: [] });
    await expect(writeFile(marker, "", { flag: "wx" })).resolves.toBeUndefined();
  });
  test.each([
    ["fails", node("console.error('no such app'); process.exit(3)"), /ended with 3: no such app/],
    ["prints nothing", node(""), /printed nothing/],
    ["is not there", { ...echo, run: ["no-such-program-here"] }, /there is no program/],
  ])("that %s leaves the file to be read as it is, with a line", async (_, command, why) => {
    const { files, notices } = await withPrinted([file("shop/migrations/0042_x.py")], [command], options());
    expect(files[0]?.printed).toBeUndefined();
    expect(notices).toEqual([expect.stringMatching(why)]);
  });
  test("that may not run says why", async () => {
    const { notices } = await withPrinted([file("shop/migrations/0042_x.py")], [echo], { ...options(), refusedBecause: "a fork" });
    expect(notices).toEqual(["shop/migrations/0042_x.py: its SQL was not printed: a fork"]);
  });
});

describe("a build of a fork is known as one", () => {
  const event = async (content: unknown) => {
    const path = join(folder, "event.json");
    await writeFile(path, JSON.stringify(content));
    return { GITHUB_EVENT_PATH: path };
  };
  const pull = (head: string | null) => ({
    pull_request: { head: { repo: head === null ? null : { full_name: head } }, base: { repo: { full_name: "acme/shop" } } },
  });
  test("GitHub: the head's repository is another, or is gone", async () => {
    expect(await isForkBuild(await event(pull("mallory/shop")))).toBe(true);
    expect(await isForkBuild(await event(pull(null)))).toBe(true);
    expect(await isForkBuild(await event(pull("acme/shop")))).toBe(false);
    expect(await isForkBuild(await event({ ref: "refs/heads/main" }))).toBe(false);
  });
  test("GitLab and CircleCI by their variables; nothing outside CI", async () => {
    expect(await isForkBuild({ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "7", CI_MERGE_REQUEST_PROJECT_ID: "8" })).toBe(true);
    expect(await isForkBuild({ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "8", CI_MERGE_REQUEST_PROJECT_ID: "8" })).toBe(false);
    expect(await isForkBuild({ CIRCLE_PR_NUMBER: "3" })).toBe(true);
    expect(await isForkBuild({})).toBe(false);
  });
});
