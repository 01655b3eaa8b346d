import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sortChange } from "../../src/migrations/changed-files.ts";
import { findFiles } from "../../src/migrations/find-files.ts";
import { openRepository } from "../../src/migrations/git-changes.ts";
import { readMigration } from "../../src/migrations/read-migration.ts";
import { versionClashes } from "../../src/migrations/version-clash.ts";
import { openParser } from "../../src/syntax/parse-sql.ts";

let outside: string;
let folder: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: folder, stdio: "pipe" });

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), "plansmith-odd-"));
  folder = join(outside, "repository");
  await mkdir(join(folder, "migrations"), { recursive: true });
  await writeFile(join(outside, "secret.sql"), "a secret");
  const put = (name: string, text: string) => writeFile(join(folder, "migrations", name), text);
  git("init", "-q", "-b", "main");
  await put("V1__a.sql", "create table a (id int);");
  git("add", "-A");
  git("commit", "-qm", "base");
  git("checkout", "-qb", "branch");
  await put("V2__b.sql", "alter table a add b int;");
  const link = (target: string, name: string) => symlink(target, join(folder, "migrations", name));
  await link("V2__b.sql", "V3__link.sql");
  await link("gone.sql", "V4__dangling.sql");
  await link("../../secret.sql", "V5__outside.sql");
  await link("V6__loop.sql", "V6__loop.sql");
  await link(".", "V7__folder.sql");
});
afterAll(() => rm(outside, { recursive: true }));

const reasons = {
  "V4__dangling.sql": "is not there: it went away, or is a symbolic link to nothing",
  "V5__outside.sql": "is a symbolic link that leads elsewhere: it is not followed",
  "V6__loop.sql": "is a symbolic link that leads to itself",
  "V7__folder.sql": "is a folder",
};

describe("links and files that cannot be read cost a line each, and the rest is reviewed", () => {
  test("in a folder that is named", async () => {
    const { files } = await findFiles(folder, ["migrations"], { withEarlier: false });
    const told = Object.fromEntries(
      files.flatMap((each) => (each.unreadable ? [[each.path.replace("migrations/", ""), each.unreadable]] : [])),
    );
    expect(told).toEqual(reasons);
    expect(files.find((each) => each.path.endsWith("V3__link.sql"))?.content.toString()).toBe("alter table a add b int;");
  });

  test("earlier files beside a named one are read from any working directory", async () => {
    const { files } = await findFiles(process.cwd(), [join(folder, "migrations", "V2__b.sql")], { withEarlier: true });
    expect(files.map((each) => [each.isNew, each.unreadable, each.content.toString()])).toEqual([
      [false, undefined, "create table a (id int);"],
      [true, undefined, "alter table a add b int;"],
    ]);
  });

  test("in a branch: nothing outside the repository is read", async () => {
    const repository = await openRepository(folder);
    const { files } = await sortChange(await repository.changes("main"), {
      inScope: () => true,
      existing: await repository.files(),
      withEarlier: true,
      read: repository.read,
    });
    const told = Object.fromEntries(
      files.flatMap((each) => (each.unreadable ? [[each.path.replace("migrations/", ""), each.unreadable]] : [])),
    );
    expect(told).toEqual(reasons);
    expect(files.map((each) => each.content.toString()).join()).not.toContain("secret");
  });

  test("the line names the file", async () => {
    const parser = await openParser();
    const file = { path: "m/x.sql", content: new Uint8Array(), unreadable: "is a folder", isNew: true };
    const read = await readMigration(parser, file, { runner: null, placeholders: {} });
    await parser.close();
    expect(read?.notices).toEqual([{ path: "m/x.sql", line: null, message: "m/x.sql is a folder", kind: "open" }]);
  });
});

describe("two migrations of one version", () => {
  const clashes = (fresh: readonly string[], siblings: readonly string[]) =>
    versionClashes(
      fresh.map((path) => ({ path, text: path.includes("goose") ? "-- +goose Up\nselect 1;" : "select 1;" })),
      siblings,
    );

  test.each([
    ["sql/V6__b.sql", "sql/V06__a.sql"],
    ["sql/V1.2__b.sql", "sql/V1_2_0__a.sql"],
    ["m/0012_b.up.sql", "m/12_a.up.sql"],
    ["goose/007_b.sql", "goose/007_a.sql"],
    ["db/migrate/20240101000000_b.rb", "db/migrate/20240101000000_a.rb"],
    ["supabase/migrations/20240101000000_b.sql", "supabase/migrations/20240101000000_a.sql"],
  ])("%s beside %s", (path, other) => {
    expect(clashes([path], [other, path])).toEqual([expect.stringContaining(`${path} has the version of ${other}: `)]);
  });

  test.each([
    [["m/12_b.up.sql"], ["m/12_b.down.sql", "m/13_a.up.sql"]],
    [["sql/V6__b.sql"], ["sql/U6__b.sql", "other/V6__b.sql", "sql/V60__b.sql"]],
    [["sql/R__view.sql"], ["sql/R__other.sql"]],
    [["migrations/001_b.sql"], ["migrations/001_a.sql"]], // no tool is known by these names
    [["prisma/migrations/2024_a/migration.sql"], ["prisma/migrations/2024_b/migration.sql"]],
  ])("%s is alone", (fresh, siblings) => {
    expect(clashes(fresh, siblings)).toEqual([]);
  });
});
