import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sortChange } from "../../src/migrations/changed-files.ts";
import { openRepository } from "../../src/migrations/git-changes.ts";

let folder: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: folder, stdio: "pipe" });
const put = (path: string, text: string) => writeFile(join(folder, path), text);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-git-"));
  await mkdir(join(folder, "db/migrations"), { recursive: true });
  git("init", "-q", "-b", "main");
  await put("db/migrations/001_a.sql", "create table a (id int);");
  await put("db/migrations/002_b.sql", "create table b (id int);");
  await put("db/migrations/003_c.sql", "create table c (id int);");
  await put("app.ts", 'q("select 1 from a")');
  git("add", "-A");
  git("commit", "-qm", "base");
  git("checkout", "-qb", "branch");
  await put("db/migrations/004_d.sql", "alter table a add b int;");
  await put("db/migrations/002_b.sql", "create table b (id bigint);");
  await rename(join(folder, "db/migrations/003_c.sql"), join(folder, "db/migrations/005_c.sql"));
  await put("app.ts", 'q("select 1 from a"); q("select 2 from a")');
  git("add", "-A");
  git("commit", "-qm", "change");
  git("checkout", "-q", "main");
  await put("db/migrations/0035_other.sql", "select 1;");
  git("add", "-A");
  git("commit", "-qm", "main moves on");
  git("checkout", "-q", "branch");
  await put("db/migrations/006_untracked ü.sql", "select 1;");
});
afterAll(() => rm(folder, { recursive: true }));

test("what the branch adds is new, what was there is context, and what main did since is neither", async () => {
  const repository = await openRepository(join(folder, "db"));
  const sorted = await sortChange(await repository.changes("main"), {
    inScope: () => true,
    existing: await repository.files(),
    withEarlier: true,
    read: repository.read,
  });
  expect(sorted.files.map((file) => [file.path, file.isNew])).toEqual([
    ["db/migrations/001_a.sql", false],
    ["db/migrations/005_c.sql", false],
    ["db/migrations/002_b.sql", true],
    ["db/migrations/004_d.sql", true],
    ["db/migrations/006_untracked ü.sql", true],
  ]);
  expect(sorted.others.map((file) => file.path)).toEqual(["app.ts"]);
  expect(sorted.notices).toEqual([
    "db/migrations/002_b.sql was there before and is changed: where it has run, the change never runs",
    "db/migrations/005_c.sql is an earlier migration under a new name: runners take it for a new one, or miss it",
  ]);
});

test.each(["no-such-branch", "--upload-pack=touch /tmp/x", ""])("a base that git does not know is wrong usage: %j", async (base) => {
  const repository = await openRepository(folder);
  await expect(repository.changes(base)).rejects.toMatchObject({ code: "INPUT_INVALID" });
});

test("without a repository it says so", async () => {
  await expect(openRepository(tmpdir())).rejects.toMatchObject({ code: "INPUT_INVALID", message: "There is no git repository here." });
});
